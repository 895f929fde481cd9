"""Consents as FHIR R4 resources: one for each act of the ledger that still says something."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import RowMapping

from recruit.consent.choices import ANY, Choice, Purpose
from recruit.consent.state import YES, Standings

Json = dict[str, Any]

SCOPE: Final = "http://terminology.hl7.org/CodeSystem/consentscope"
REASONS: Final = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
PURPOSES: Final = "urn:recruit:purpose"
# HL7's reasons for using data, which say the same as two of our purposes.
HL7: Final[Mapping[Purpose, str]] = {
    Purpose.MATCHING: "CLINTRCH",
    Purpose.RESEARCH_REUSE: "HRESCH",
}
LAW: Final = "http://data.europa.eu/eli/reg/2016/679/oj"  # the GDPR
DOCUMENT: Final = {"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}


def consents(events: Iterable[RowMapping], standings: Standings) -> Iterator[Json]:
    """A Consent for each event that a standing rests on, those of one act and kind together.

    `events` are rows of the ledger of one person, oldest first. The patient is the caller's to add.
    """
    resting = {each.sequence for choice, each in standings.items() if choice}
    speaking = [event for event in events if event["sequence"] in resting]

    def act(event: RowMapping) -> tuple[str, bool]:
        return event["receipt"], event["type"] in YES

    for (receipt, yes), group in groupby(sorted(speaking, key=act), key=act):
        rows = list(group)
        numbers = {row["sequence"] for row in rows}
        choices = [c for c, each in standings.items() if c and each.sequence in numbers]
        yield _consent(f"consent-{receipt}{'' if yes else '-no'}", rows[0], choices, yes=yes)


def _consent(name: str, row: RowMapping, choices: list[Choice], *, yes: bool) -> Json:
    shown = row["shown"]
    provision: Json = {
        "type": "permit" if yes else "deny",
        "purpose": [_purpose(choice) for choice in sorted(choices, key=str)],
    }
    end: datetime | None = row["valid_until"]
    if yes and end:
        provision["period"] = {"end": end.isoformat(timespec="seconds")}
    made: Json = {
        "resourceType": "Consent",
        "id": name,
        "status": "active" if yes else "rejected",
        "scope": {"coding": [{"system": SCOPE, "code": "research"}]},
        "category": [DOCUMENT],
        "dateTime": row["occurred_at"].isoformat(timespec="seconds"),
        # The text that was shown, by its SHA-256; a no was to the law's own right to say so.
        "policy": [{"uri": f"urn:sha256:{shown['notice']}" if shown.get("notice") else LAW}],
        "provision": provision,
    }
    if shown.get("notice_version"):
        made["meta"] = {"versionId": shown["notice_version"]}
    if shown.get("language"):
        made["language"] = shown["language"]
    return made


def _purpose(choice: Choice) -> Json:
    if choice.scope == ANY and choice.purpose in HL7:
        return {"system": REASONS, "code": HL7[choice.purpose]}
    # A choice for one trial or site is written with it, and not taken for one about all.
    code = str(choice).replace(" (", "/").removesuffix(")")
    return {"system": PURPOSES, "code": code}
