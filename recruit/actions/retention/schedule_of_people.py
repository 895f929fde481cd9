"""The retention table's rows about people: they leave with the person, whatever else may stay."""

from typing import Final

from recruit.actions.retention import silent
from recruit.actions.retention.kept import GDPR, End, Kept, days

PERSON: Final = (
    f"the person is erased: at once when they ask, and {days(silent.KEPT)} after their last "
    f"consent has ended, if a message could tell them so {days(silent.BEFORE)} before, or a letter "
    f"{days(silent.BY_LETTER)} before, by which one press keeps them"
)
OF_PEOPLE: Final = (
    Kept(
        "People: pseudonym, community, the community's identifier",
        ("participant", "community_member", "community_contact"),
        PERSON + "; of the row a keyed trace stays, by which an old list does not bring them back",
        f"consent, {GDPR}, art. 6(1)(a); the trace: art. 17(3)(b), (e)",
        End.ERASURE,
        "retain",
    ),
    Kept(
        "Names, contact points and birth dates, sealed with a key per person",
        ("vault_key", "vault_item", "vault_digest"),
        PERSON + "; their key is destroyed",
        f"consent to be contacted, {GDPR}, art. 6(1)(a); art. 32 (sealed)",
        End.ERASURE,
        "retain",
    ),
    Kept(
        "Who was told that they will be erased, and when",
        ("erasure_announced",),
        PERSON,
        f"fair and transparent: {GDPR}, art. 5(1)(a); the time is ours",
        End.ERASURE,
        "retain",
    ),
    Kept(
        "What people told about their health, and its versions",
        ("profile_version",),
        PERSON,
        f"explicit consent to matching, {GDPR}, art. 9(2)(a)",
        End.ERASURE,
        "retain",
    ),
    Kept(
        "Matches, what was decided about them, what was asked and answered",
        ("match", "match_claim", "decision", "judged_person", "question_asked", "answer"),
        PERSON,
        f"explicit consent, {GDPR}, art. 9(2)(a); art. 22: a person decides, and why is kept",
        End.ERASURE,
        "retain",
    ),
    Kept(
        "Messages about studies and what became of them, letters printed",
        ("outbox", "outbox_step", "letter_printed"),
        PERSON,
        f"to show what was sent and by which approval: {GDPR}, art. 5(2)",
        End.ERASURE,
        "retain",
    ),
    Kept(
        "What people wrote, what they were answered, and files that came along; sealed",
        ("conversation", "heard", "attachment", "reply"),
        PERSON + "; of an unknown sender: when it is dealt with",
        f"consent, {GDPR}, art. 6(1)(a); answering those who write to us",
        End.ERASURE,
        "retain",
    ),
    Kept(
        "A person's way through a study, appointments",
        ("referral", "referral_step", "referral_attempt", "referral_question", "appointment"),
        PERSON,
        f"explicit consent to release to the site, {GDPR}, art. 9(2)(a)",
        End.ERASURE,
        "retain",
    ),
    Kept(
        "Representatives: who acts for whom, and with which authority",
        ("representation",),
        PERSON + ", or their representative is",
        f"to show who may act: {GDPR}, art. 5(2), 7(1)",
        End.ERASURE,
        "retain",
    ),
    Kept(
        "Accounts and passkeys",
        ("account", "passkey"),
        PERSON + "; of staff as long as the trail names them by number",
        f"access control and accountability: {GDPR}, art. 5(2), 32",
        End.ERASURE,
        "retain",
    ),
    Kept(
        "What communities are told of withdrawals and erasures, sealed to them",
        ("community_event",),
        "the words until they are told, the row until the person is erased",
        f"recipients are told: {GDPR}, art. 19",
        End.ERASURE,
        "retain",
    ),
)
