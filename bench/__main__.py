"""`python -m bench [MEASURE …]`: all unless some are named; a wrong name lists them."""

import sys
import tempfile
from importlib import import_module
from pathlib import Path

from bench.shared import machine, require

ON_SHARED_DATA = (
    "importing",
    "reading",
    "logical_forms",
    "covid_criteria",
    "finding",
    "judging",
    "ranking",
    "barring",
    "matching",
    "matching_agreement",
    "matching_growth",
    "matching_index",
    "matching_scale",
    "matching_sql",
)
MEASURES = (
    *ON_SHARED_DATA,
    "attacking",
    "bulk",
    "communities",
    "counting",
    "funnel",
    "load",
    "outreach",
    "pacing",
    "review",
    "safety",
)


def main() -> None:
    """Run the measures named on the command line."""
    wanted = sys.argv[1:] or MEASURES
    unknown = set(wanted) - set(MEASURES)
    if unknown:
        sys.exit(
            f"bench: there is no {', '.join(sorted(unknown))}; there are {', '.join(MEASURES)}."
        )
    if set(wanted) & set(ON_SHARED_DATA):
        require()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="recruit-bench-") as folder:
        for name in wanted:
            print(f"\n== {name}", flush=True)
            import_module(f"bench.{name}").run(Path(folder))


if __name__ == "__main__":
    main()
