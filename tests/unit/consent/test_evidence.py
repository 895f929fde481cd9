import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from recruit.consent.choices import Channel, Choice, Purpose
from recruit.consent.evidence import parse_evidence, read_evidence
from recruit.core.errors import Refusal

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
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
        ("notice", "abc"),
        ("notice", 7),
        ("notice_version", " "),
        ("language", "de"),
        ("at", "2026-10-01"),
        ("at", "2026-10-01T10:00:00"),
        ("at", "last week"),
        ("at", (NOW + timedelta(seconds=1)).isoformat()),
        ("method", None),
        ("method", "a\r\nb"),
        ("method", "x" * 201),
        ("source", ""),
    ],
)
def test_a_weak_proof_is_refused_by_its_field(field: str, value: object) -> None:
    with pytest.raises(Refusal) as refused:
        parse_evidence({**GOOD, field: value}, record="p1", source="s", moment=NOW)
    assert (refused.value.record, refused.value.field) == ("p1", f"consent.{field}")


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
        ("consents.jsonl line 2", "person"),
        ("b", "consent.at"),
        ("a", "person"),
    ]
