"""Ranking: TREC's patients and their judged trials.

Run with `python -m bench ranking`. Plain text search (BM25) stands at NDCG@10 0.559 and
AUC(eligible > excluded) 0.388 in 2021, 0.572 and 0.316 in 2023.
"""

import time
from pathlib import Path

from bench.shared import DATA, recruit, tool

YEARS = ("2021", "2023-dev")
DEPTH = 21_259


def run(folder: Path) -> None:
    """Print the figures of both years."""
    trials = folder / "trials.jsonl"
    tool("trec.py", "trials", trials)
    for year in YEARS:
        people, ranked = folder / f"people{year}.jsonl", folder / f"run{year}.txt"
        tool("trec.py", "people", DATA / "trec" / f"topics{year}.xml", people)
        start = time.perf_counter()
        recruit("rank", "--people", people, "--trials", trials, "--top", DEPTH, "--out", ranked)
        took = time.perf_counter() - start
        figures = tool("trec.py", "score", DATA / "trec" / f"qrels{year}.txt", ranked)
        print(f"{figures.strip()}  ({took:.0f} s with reading all trials)")
