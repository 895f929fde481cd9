"""What a thousand clever questions learn about single people, with and without our guard.

`python -m bench attacking` prints, for each attack of tests/attackers.py, the percentage points by
which its guesses about one person's attribute are better than a coin, and one standard error of it.
"""

from pathlib import Path

from recruit.disclosure.rule import ALLOWANCE, ERROR
from tests.attackers import ATTACKS, IN_PARTS, QUESTIONS, gain

TOWNS = {"exact": 5, "rounding": 5, "guarded": 40, "coarse": 40}


def run(_folder: Path) -> None:
    """Run each attack against each way to answer."""
    print(f"{QUESTIONS} questions; standard error {ERROR:.0f}, allowance {ALLOWANCE:.0f} answers")
    print(f"{'points gained':<16}" + "".join(f"{desk:>13}" for desk in TOWNS))
    for attack in (*ATTACKS, *IN_PARTS):
        gains = [gain(attack, desk, towns) for desk, towns in TOWNS.items()]
        said = [f"{each.points:+.1f} ±{each.give_or_take:.1f}" for each in gains]
        print(f"{attack.__name__:<16}" + "".join(f"{each:>13}" for each in said), flush=True)
