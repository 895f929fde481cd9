"""Judging: agreement with experts on single criteria for real patients.

Run with `python -m bench judging`. To an expert a note that is silent of a disease says that there
is none; to us silence is unknown. How much of the difference that is, is told apart.
"""

import json
import lzma
from collections import Counter
from pathlib import Path
from typing import Final

from bench.shared import DATA, recruit, tool

# What experts call a statement that does not hold, or that nothing speaks for.
NOT_SO: Final = {"exclusion": "not excluded", "inclusion": "not included"}
UNKNOWN: Final = "unknown"


def run(folder: Path) -> None:
    """Print accuracy and macro-F1 on each side, beside GPT-4's, and what silence makes of them."""
    annotations = DATA / "criterion-annotations" / "dev.json.xz"
    pairs, assessed = folder / "pairs.jsonl", folder / "assessed.jsonl"
    tool("criteria.py", "pairs", annotations, pairs)
    recruit("assess", pairs, out=assessed)
    print(tool("criteria.py", "agree", annotations, assessed), end="")
    _print_silence(annotations, assessed)


def _print_silence(annotations: Path, assessed: Path) -> None:
    """Of what experts say is not so, how much nothing that we read of the person speaks of."""
    with lzma.open(annotations, "rt", encoding="utf-8") as file:
        experts = {str(each["annotation_id"]): each for each in json.load(file)}
    said, silent = Counter[str](), Counter[str]()
    for line in assessed.read_text(encoding="utf-8").splitlines():
        ours = json.loads(line)
        expert = experts[ours["id"]]
        side = expert["criterion_type"]
        if expert["expert_eligibility"] == NOT_SO[side]:
            said[side] += 1
            silent[side] += ours["verdict"] == UNKNOWN and not ours["evidence"]
    for side, label in NOT_SO.items():
        print(f"{side}: of {said[side]} that experts call “{label}” we know nothing of", end=" ")
        print(f"{silent[side]} ({silent[side] / said[side]:.0%})")
