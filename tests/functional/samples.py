"""Small trials and people in the exchange formats."""

from typing import Any

CONSENT = {
    "purposes": ["matching", "contact/email"],
    "notice": "0" * 64,
    "notice_version": "1",
    "language": "en",
    "at": "2026-01-10T09:00:00+00:00",
    "method": "unticked box",
}
DIABETES = {"kind": "condition", "text": "type 2 diabetes", "status": "present", "onset": "2015"}
CRITERIA = (
    "Inclusion Criteria:\n\n* Age 18 to 75 years\n* Type 2 diabetes\n\n"
    "Exclusion Criteria:\n\n* Pregnant or breastfeeding"
)


def trial(number: str = "T-1", **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """A trial about type 2 diabetes for adults up to 75 who are not pregnant."""
    return {
        "id": number,
        "title": f"Walking and blood sugar {number}",
        "summary": "People walk.",
        "conditions": ["Type 2 diabetes"],
        "sex": "all",
        "criteria": CRITERIA,
        "language": "en",
        "status": "RECRUITING",
    } | fields


def person(name: str = "p1", **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """A man of about 50 with type 2 diabetes who agreed to be matched."""
    return {
        "id": name,
        "language": "en",
        "birth_date": "1975-04",
        "sex": "male",
        "facts": [DIABETES],
        "consent": CONSENT,
    } | fields
