"""Importing: every registry record and FHIR bundle of the measuring data, twice, and the match run.

Run with `python -m bench importing`. What was read must be what was stored plus what was refused by
name, and a second import must change nothing.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from bench.shared import DATA, recruit
from recruit.core.files import Record, read_records

COMMUNITY = "synthea"


def run(folder: Path) -> None:
    """Print what became of each import and of matching."""
    os.environ["RECRUIT_DATABASE_URL"] = f"sqlite:///{folder / 'recruit.db'}"
    trials = sorted([*(DATA / "ctgov-v2").glob("*"), *(DATA / "registries").glob("*.json.xz")])
    bundles = [DATA / "fhir" / "synthea-r4.tar.xz", *sorted((DATA / "fhir" / "mcode").glob("*"))]
    consents = folder / "consents.jsonl"
    consents.write_text("\n".join(map(json.dumps, _consents(bundles))), encoding="utf-8")
    for time in ("first", "second"):
        print(f"\n{time} import of {len(trials)} files of trials", flush=True)
        _timed("trials", "import", *trials)
        print(f"\n{time} import of the FHIR bundles", flush=True)
        recruit("people", "import", *bundles, "--community", COMMUNITY, "--consent", consents)
    print("\nmatching", flush=True)
    recruit("match")
    recruit("db", "check")


def _timed(*arguments: object) -> None:
    """Run a verb and say how long it took, and how much of that time it had a processor."""
    began, used = perf_counter(), os.times()
    recruit(*arguments)
    now = os.times()
    processor = now.children_user + now.children_system - used.children_user - used.children_system
    seconds = perf_counter() - began
    print(f"in {seconds:.0f} s, {processor:.0f} s of them on a processor", flush=True)


def _consents(bundles: list[Path]) -> Iterator[dict[str, object]]:
    """Evidence for every patient, made for this measurement: the bundles carry none."""
    for person in sorted({person for bundle in bundles for person in _patients(bundle)}):
        yield {
            "person": person,
            "purposes": ["matching"],
            "notice": "0" * 64,
            "notice_version": "measurement",
            "language": "en",
            "at": "2026-01-01T00:00:00Z",
            "method": "invented for a measurement",
        }


def _patients(bundle: Path) -> Iterator[str]:
    for record in read_records(bundle):
        if isinstance(record, Record) and isinstance(record.value, dict):
            for entry in record.value.get("entry", []):
                if entry["resource"]["resourceType"] == "Patient":
                    yield entry["resource"]["id"]
