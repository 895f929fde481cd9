"""What a thousand clever questions learn about single people, with and without our guard.

`python -m bench attacking` prints, for each attack of tests/attackers.py, the percentage points by
which its guesses about one person's attribute are better than a coin.
"""

from pathlib import Path

from recruit.disclosure.rule import ALLOWANCE, ERROR
from tests.attackers import ATTACKS, ON_PAGES, QUESTIONS, gain

TOWNS = {"exact": 5, "rounding": 5, "guarded": 40, "coarse": 40}


def run(_folder: Path) -> None:
    """Run each attack against each way to answer."""
    print(f"{QUESTIONS} questions; standard error {ERROR:.0f}, allowance {ALLOWANCE:.0f} answers")
    print(f"{'points gained':<16}" + "".join(f"{desk:>10}" for desk in TOWNS))
    for attack in (*ATTACKS, *ON_PAGES):
        gains = [gain(attack, desk, towns) for desk, towns in TOWNS.items()]
        print(
            f"{attack.__name__:<16}" + "".join(f"{points:>+10.1f}" for points in gains), flush=True
        )
