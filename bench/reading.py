"""Reading: annotated texts read as their annotators did, all trials read without a crash, how fast.

Run with `python -m bench reading`; the figures stand in docs/reading.md.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.mistakes import classes
from bench.shared import CHECKOUT, DATA, recruit, tool
from recruit.core.paths import default_data_folder
from recruit.terminology.build import open_lexicon
from tests.reading.hostile import HOSTILE
from tests.reading.pairs import shares

CORPORA = {"CHIA": DATA / "chia" / "chia-dev.zip", "LCT": DATA / "lct" / "ner-dev.zip"}
SIZES = (10_000, 100_000, 1_000_000)


def run(folder: Path) -> None:
    """Print recall, precision and F1 per kind, both languages, long texts, and all trials."""
    for name, corpus in CORPORA.items():
        texts, parsed = folder / f"{name}.jsonl", folder / f"{name}-parsed.jsonl"
        tool("criteria.py", "texts", corpus, texts)
        recruit("parse", texts, out=parsed)
        print(f"\n{name}\n{tool('criteria.py', 'score', corpus, parsed)}", end="")
        for count, mistake in classes(corpus, parsed):
            print(f"{count:6}  {mistake}")
    lexicon = open_lexicon(default_data_folder())
    count, alike, whole = shares(lexicon)
    print(f"\nof {count} French/English pairs {alike / count:.1%} give the same rule", end="")
    print(f" ({whole / count:.1%} with every word read)\n")
    for line in long_texts(folder):
        print(line)
    trials = folder / "trials.jsonl"
    tool("trec.py", "trials", trials)
    seconds, megabytes = cost(trials, folder / "parsed.jsonl")
    print(f"\nall trials of data/trials read in {seconds:.0f} s of processor, {megabytes} MB")


def long_texts(folder: Path) -> Iterator[str]:
    """For each hostile text the processor's time at three lengths, the start of Python left out."""
    nothing = folder / "nothing.jsonl"
    nothing.write_text(json.dumps({"id": "x", "criteria": "Asthma"}) + "\n", encoding="utf-8")
    start = min(cost(nothing, folder / "out.jsonl")[0] for _ in range(3))
    yield "seconds of processor for texts of 10 kB, 100 kB, 1 MB"
    for name, text in HOSTILE.items():
        spent = []
        for size in SIZES:
            trial = folder / "long.jsonl"
            line = json.dumps({"id": "x", "criteria": text(size)})
            trial.write_text(line + "\n", encoding="utf-8")
            spent.append(max(cost(trial, folder / "out.jsonl")[0] - start, 0.0))
        yield f"{name:24}" + "".join(f"{each:8.2f}" for each in spent)


def cost(trials: Path, out: Path) -> tuple[float, int]:
    """Seconds of processor and megabytes at most that `recruit parse` takes."""
    command = [sys.executable, "-m", "recruit", "parse", str(trials)]
    with out.open("w", encoding="utf-8") as lines:
        child = subprocess.Popen(command, cwd=CHECKOUT, stdout=lines, stderr=subprocess.DEVNULL)  # noqa: S603 - ourselves
        _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime, used.ru_maxrss // 1024
