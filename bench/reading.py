"""Reading: annotated texts read as their annotators did, all trials read without a crash, how fast.

Run with `python -m bench reading`; the figures stand in docs/reading.md.
"""

import time
from pathlib import Path

from bench.shared import DATA, recruit, tool

CORPORA = {"CHIA": DATA / "chia" / "chia-dev.zip", "LCT": DATA / "lct" / "ner-dev.zip"}


def run(folder: Path) -> None:
    """Print recall, precision and F1 per kind, and what became of all trials."""
    for name, corpus in CORPORA.items():
        texts, parsed = folder / f"{name}.jsonl", folder / f"{name}-parsed.jsonl"
        tool("criteria.py", "texts", corpus, texts)
        recruit("parse", texts, out=parsed)
        print(f"\n{name}\n{tool('criteria.py', 'score', corpus, parsed)}", end="")
    trials = folder / "trials.jsonl"
    tool("trec.py", "trials", trials)
    start = time.perf_counter()
    recruit("parse", trials, out=folder / "parsed.jsonl")
    print(f"\nall trials of data/trials read in {time.perf_counter() - start:.0f} s")
