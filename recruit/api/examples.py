"""An example for each thing that goes in or out; invented, and held to the schemas by a test."""

from typing import Any, Final

from recruit.actions.posting.details.deed import STEPS

AT: Final = "2026-11-02T09:30:00+00:00"
LATER: Final = "2026-11-09T09:30:00+00:00"
PERSON: Final = "P-7F3K92QX"
NEXT: Final = "Uy03RjNLOTJRWA"
DIGEST: Final = "7c2f" * 16

# ------------------------------------------------------------------------------- trials
TRIAL_LINE: Final = {
    "id": "S-7F3K92QX",
    "trial": "NCT01234567",
    "title": "A weekly tablet for type 2 diabetes",
    "state": "draft",
    "revision": 3,
    "published_revision": None,
    "changed_at": AT,
}
TRIALS: Final = {"items": [TRIAL_LINE], "next": NEXT}
TRIAL: Final = {
    **TRIAL_LINE,
    "digest": DIGEST,
    "language": "en",
    "status": "not_yet_recruiting",
    "details": {
        **{step: {} for step in STEPS},
        "titles": {"title_en": "A weekly tablet for type 2 diabetes"},
    },
}
NEW_TRIAL: Final = {
    "title": "A weekly tablet for type 2 diabetes",
    "language": "en",
    "number": "NCT01234567",
    "text": "Inclusion Criteria:\n\n* Age 18 to 75 years\n* Type 2 diabetes mellitus",
}
CHANGES: Final[dict[str, Any]] = {
    "titles": {"title_en": "A weekly tablet for type 2 diabetes", "summary_en": "It lasts a year."},
    "design": {"conditions": "Type 2 Diabetes"},
    "participation": {},
    "contacts": {},
}
TEXT: Final = {
    "language": "en",
    "text": "Inclusion Criteria:\n\n* Age 18 to 75 years",
    "translation": "Critères d’inclusion :\n- Âge de 18 à 75 ans",
}
VERSIONS: Final = {
    "items": [{"number": 3, "change": "corrected", "author": "ada@example.org", "at": AT}],
    "next": None,
    "submitted": None,
    "published": 2,
}
REACHES: Final = {
    "items": [
        {"trial": "NCT01234567", "title": "A weekly tablet for type 2 diabetes", "about": "1240"}
    ],
    "next": None,
}
WRITTEN: Final = {
    "kind": "inclusion",
    "text": "Adults up to 75 years",
    "rule": {"type": "age", "min": 18, "max": 75, "unit": "year"},
}
CRITERION: Final = {
    **WRITTEN,
    "number": 1,
    "sentence": "Age from 18 to 75 years",
    "standing": "corrected",
}
CRITERIA: Final = {"items": [CRITERION]}

# ------------------------------------------------------------------------------- matches
MATCHES: Final = {
    "items": [
        {
            "id": 812,
            "person": PERSON,
            "trial": "NCT01234567",
            "study": "A weekly tablet for type 2 diabetes",
            "site": "Hôpital Saint-Exemple",
            "km": 12.0,
            "verdict": "undetermined",
            "fulfilled": 9,
            "against": 0,
            "open": 2,
            "open_question": "Creatinine clearance above 60 mL/min",
            "state": "waiting",
            "since": AT,
            "in_hand": False,
        }
    ],
    "next": "ODEz",
    "total": 112,
    "more": False,
}
MATCH: Final = {
    "id": 812,
    "person": PERSON,
    "trial": "NCT01234567",
    "trial_version": 2,
    "verdict": "eligible",
    "language": "en",
    "criteria": [
        {
            "criterion": 0,
            "kind": "inclusion",
            "text": "HbA1c between 7.0 % and 10.5 %",
            "sentence": "HbA1c from 7 to 10.5 %",
            "holds": "yes",
            "because": ["fact"],
            "facts": [{"words": "HbA1c: 7.8 %", "origin": "1 October 2026, health record"}],
            "questions": [],
        }
    ],
    "decided": None,
}
WISH: Final = {"decision": "no", "reason": "cannot take part"}
DECIDED: Final = {
    "number": 54,
    "match": 812,
    "person": PERSON,
    "trial": "NCT01234567",
    "leaves_at": None,
}

# ------------------------------------------------------------------------------- referrals
REFERRAL_LINE: Final = {
    "number": 31,
    "person": PERSON,
    "trial": "NCT01234567",
    "study": "A weekly tablet for type 2 diabetes",
    "site": "Hôpital Saint-Exemple, Paris",
    "state": "released",
    "since": AT,
    "due": LATER,
}
REFERRALS: Final = {
    "mine": {"items": [REFERRAL_LINE], "next": None, "total": 1},
    "others": {"items": [], "next": None, "total": 0},
}
REFERRAL: Final = {
    **{name: value for name, value in REFERRAL_LINE.items() if name != "state"},
    "stage": "contacted",
    "possible": ["screening", "screen failure", "declined"],
    "calls_in_vain": 0,
    "trial_version": 2,
    "events": [{"stage": "contacted", "at": AT, "reason": ""}],
}
STEP: Final = {"state": "contacted"}

# ------------------------------------------------------------------------------- communities
PEOPLE: Final = {"items": [{"id": "member-1", "since": AT}], "next": None}
CONSENTS: Final = {
    "id": "member-1",
    "choices": [
        {
            "purpose": "matching",
            "agreed": True,
            "since": AT,
            "until": None,
            "receipt": "C-7F3K92QX",
        }
    ],
    "paused": False,
    "paused_until": None,
}
RECEIPT: Final = {
    "version": "KI-CR-v1.1.0",
    "jurisdiction": "FR",
    "consentTimestamp": 1793611800,
    "collectionMethod": "unticked boxes",
    "consentReceiptID": "C-7F3K92QX",
    "language": "fr",
    "piiPrincipalId": "member-1",
    "piiControllers": [{"piiController": "Recruit"}],
    "policyUrl": "https://recruit.example/privacy",
    "services": [{"service": "Recruit", "purposes": []}],
    "sensitive": True,
    "spiCat": ["health"],
    "events": [{"event_state": "granted", "purpose": "matching"}],
}
HOOK: Final = {"id": "events", "url": "https://example.org/recruit", "secret": "shown once"}
HOOKS: Final = {
    "items": [
        {
            "id": "events",
            "url": "https://example.org/recruit",
            "waiting": 0,
            "late": 0,
            "lost": 0,
            "last_answer": "2xx",
            "last_tried_at": AT,
        }
    ]
}
PUSH: Final = [
    {
        "id": "member-1",
        "birth_date": "1975-04",
        "sex": "female",
        "facts": [{"kind": "condition", "text": "type 2 diabetes", "status": "present"}],
        "consent": {
            "purposes": ["matching"],
            "notice": "ab" * 32,
            "notice_version": "3",
            "language": "en",
            "at": AT,
            "method": "unticked boxes",
        },
    }
]
PUSHED: Final = {
    "kept": [{"id": "member-1", "result": "new"}],
    "refused": [
        {
            "record": "member-2",
            "field": "consent",
            "problem": "there is no evidence of consent",
        }
    ],
    "left_out": [],
}
STATISTICS: Final = {"figures": [{"figure": "people", "about": "1240"}]}
WITHDRAWAL: Final = {"purposes": ["contact/email"]}
WITHDRAWN: Final = {"id": "member-1", "withdrawn": ["contact/email"]}

# ------------------------------------------------------------------------------- deliveries
DELIVERIES: Final = {
    "items": [
        {
            "reference": "M-7F3K92QX",
            "person": PERSON,
            "trial": "NCT01234567",
            "wave": "invitation",
            "channel": "email",
            "state": "delivered",
            "reason": None,
            "due_at": AT,
            "changed_at": AT,
            "sent_at": AT,
            "tries": 1,
            "steps": [{"state": "approved", "reason": None, "at": AT}],
        }
    ],
    "next": None,
}
COUNTS: Final = {
    "due": 0,
    "oldest_due": None,
    "fate_unknown": 0,
    "day": "2026-11-02",
    "states": [{"state": "delivered", "messages": 12}],
    "channels": [{"channel": "email", "standing": "fine", "waiting": 0}],
}
