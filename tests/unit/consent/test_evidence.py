import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from recruit.consent.choices import Channel, Choice, Purpose
from recruit.consent.evidence import parse_evidence, read_evidence
from recruit.core.errors import Refusal

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
# Deep enough that Python cannot write it as a text.
NESTED: list[object] = []
for _ in range(5000):
    NESTED = [NESTED]
GOOD: dict[str, object] = {
    "purposes": ["matching", "contact/email"],
    "notice": "ab" * 32,
    "notice_version": "3",
    "language": "fr",
    "at": "2026-10-01T10:00:00Z",
    "method": "unticked boxes, double opt-in by e-mail",
}


def test_a_whole_proof_is_read() -> None:
    proof = parse_evidence(GOOD, record="p1", source="community carenity", moment=NOW)
    assert proof.purposes == (
        Choice(Purpose.MATCHING),
        Choice(Purpose.CONTACT, Channel.EMAIL),
    )
    assert proof.at == datetime(2026, 10, 1, 10, tzinfo=UTC)
    assert proof.source == "community carenity"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("purposes", []),
        ("purposes", "matching"),
        ("purposes", ["matching", "marketing"]),
        ("purposes", [None]),
        ("purposes", [NESTED]),
        ("purposes", ["matching", "release/" + "x" * 200]),
        ("purposes", ["matching", "release/\x00"]),
        ("notice", "abc"),
        ("notice", 7),
        ("notice_version", " "),
        ("language", "de"),
        ("at", "2026-10-01"),
        ("at", "2026-10-01T10:00:00"),
        ("at", "last week"),
        ("at", "0001-01-01T00:00:00+14:00"),
        ("at", (NOW + timedelta(seconds=1)).isoformat()),
        ("method", None),
        ("method", "a\r\nb"),
        ("method", "x" * 201),
        ("source", ""),
        ("valid_until", "2026-12-01"),
        ("valid_until", NOW.isoformat()),
        ("valid_until", "9999-12-31T23:00:00-10:00"),
    ],
)
def test_a_weak_proof_is_refused_by_its_field(field: str, value: object) -> None:
    with pytest.raises(Refusal) as refused:
        parse_evidence({**GOOD, field: value}, record="p1", source="s", moment=NOW)
    assert (refused.value.record, refused.value.field) == ("p1", f"consent.{field}")


def test_a_proof_may_hold_for_a_time() -> None:
    until = "2027-10-01T10:00:00+02:00"
    given = {**GOOD, "valid_until": until}
    proof = parse_evidence(given, record="p1", source="s", moment=NOW)
    assert proof.valid_until == datetime(2027, 10, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize("value", [True, "yes", ["matching"], None])
def test_a_bare_yes_is_no_proof(value: object) -> None:
    with pytest.raises(Refusal) as refused:
        parse_evidence(value, record="p1", source="s", moment=NOW)
    assert refused.value.field == "consent"


def test_a_file_gives_a_proof_per_person_and_names_bad_lines(tmp_path: Path) -> None:
    lines = [
        {"person": "a", **GOOD},
        {**GOOD},
        {"person": "b", **GOOD, "at": "never"},
        {"person": "a", **GOOD},
    ]
    file = tmp_path / "consents.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    read = list(read_evidence(file, NOW))
    assert [r[0] if isinstance(r, tuple) else (r.record, r.field) for r in read] == [
        "a",
        ("consents.jsonl:2", "person"),
        ("b", "consent.at"),
        ("a", "person"),
    ]
