"""Judging: agreement with experts on single criteria for real patients.

Run with `python -m bench judging`.
"""

from pathlib import Path

from bench.shared import DATA, recruit, tool


def run(folder: Path) -> None:
    """Print accuracy and macro-F1 on each side, beside GPT-4's."""
    annotations = DATA / "criterion-annotations" / "dev.json.xz"
    pairs, assessed = folder / "pairs.jsonl", folder / "assessed.jsonl"
    tool("criteria.py", "pairs", annotations, pairs)
    recruit("assess", pairs, out=assessed)
    print(tool("criteria.py", "agree", annotations, assessed), end="")
