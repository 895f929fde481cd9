"""The registry's records of the measuring data, and plain look-ups in them.

Nothing here is shared with the reader of the program, so that the two can be compared.
"""

from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale

from recruit.core.files import Record, read_records
from recruit.trials.draft import TrialDraft
from recruit.trials.sources.recognise import drafts
from tests.shared_data import folder

Study = dict[str, Any]

# What the registry calls by another name than the Unicode locale data.
COUNTRIES = {
    "Turkey (Türkiye)": "TR",
    "Turkey": "TR",
    "Czech Republic": "CZ",
    "Russian Federation": "RU",
    "Korea, Republic of": "KR",
    "South Korea": "KR",
    "Hong Kong": "HK",
    "Moldova, Republic of": "MD",
    "Iran, Islamic Republic of": "IR",
    "Macedonia, The Former Yugoslav Republic of": "MK",
    "Syrian Arab Republic": "SY",
    "Viet Nam": "VN",
    "The Gambia": "GM",
}


def at(value: object, *path: str) -> Any:  # noqa: ANN401 - JSON
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def text(value: object, *path: str) -> str:
    return str(at(value, *path) or "").strip()


def once(words: list[str]) -> list[str]:
    return list(dict.fromkeys(word.strip() for word in words if word.strip()))


@cache
def studies() -> dict[str, tuple[Study, TrialDraft]]:
    """Each study that stands in the files, once, with the draft that was read from it."""
    found: dict[str, tuple[Study, TrialDraft]] = {}
    for path in sorted(Path(folder("ctgov-v2")).iterdir()):
        for record in read_records(path) if "json" in path.name else ():
            assert isinstance(record, Record), str(record)
            for study in raw(record.value):
                number = study["protocolSection"]["identificationModule"]["nctId"]
                (draft,) = drafts(Record(path.name, study))
                assert isinstance(draft, TrialDraft), str(draft)
                found.setdefault(number, (study["protocolSection"], draft))
    return found


def raw(value: Any) -> list[Study]:  # noqa: ANN401 - JSON
    several = value["studies"] if isinstance(value, dict) and "studies" in value else value
    return several if isinstance(several, list) else [several]


def country(name: str) -> str:
    if name in COUNTRIES:
        return COUNTRIES[name]
    plain = name.replace("'", "’").replace(" and ", " & ")
    known = {called: code for code, called in Locale("en").territories.items() if len(code) == 2}
    return str(known.get(name) or known[plain])
