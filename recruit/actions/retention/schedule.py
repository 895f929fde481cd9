"""The retention table: every table of the database, how long it is kept, why, and what ends it.

docs/data-protection.md is printed from it. tests/house/test_retention.py fails while a table stands
nowhere, or while what is said to end one does not. Where law is unsettled the stricter reading
holds; 'ours' is a choice of ours.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from recruit.actions.retention import silent, terms
from recruit.actions.safety import keeping
from recruit.people import codes
from recruit.people.communities import inbound

GDPR: Final = "Regulation (EU) 2016/679"
CIVIL: Final = "French civil code, article 2224 (five years)"


class End(StrEnum):
    """What ends the keeping of rows, and so what is done with them."""

    ERASURE = "deleted with the person, by themselves or the job `retain`"
    TERM = "deleted by a job when the term is over"
    DEED = "deleted or emptied when what it is for is done"
    STAYS = "stays"
    REPLACED = "replaced by the newest"


@dataclass(frozen=True, slots=True)
class Kept:
    """Some tables of one kind: how long their rows are kept, and why. `job` enforces a term."""

    what: str
    tables: tuple[str, ...]
    until: str
    why: str
    end: End
    job: str = ""


def _days(term: timedelta) -> str:
    years, days = divmod(term.days, 365)
    count, unit = (years, "year") if years and not days else (term.days, "day")
    return f"{count} {unit}{'s' if count > 1 else ''}"


PERSON: Final = (
    f"the person is erased: at once when they ask, and {_days(silent.KEPT)} after their last "
    f"consent has ended, if a message could tell them so {_days(silent.BEFORE)} before, by which "
    "one press keeps them"
)
SCHEDULE: Final = (
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
        "Links in messages about studies, as hashes",
        ("outbox_link",),
        f"{_days(terms.LINKS.kept)} after the message",
        f"withdrawing is as easy as giving: {GDPR}, art. 7(3); the term is ours",
        End.TERM,
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
        "Possible adverse events: words, versions of a report, steps",
        ("safety_case", "safety_word", "safety_version", "safety_step"),
        f"no adverse event: {_days(keeping.REOPENING)} for strangers' words, else with the person; "
        f"handed on: {_days(keeping.TERM)} after that once nobody knows whose it was, marked out",
        f"ICH E2D; {GDPR}, art. 17(3)(e); {CIVIL}; docs/adr/0051",
        End.TERM,
        "sweep",
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
        "Keys of staff to the API, as hashes",
        ("account_key",),
        "as long as the trail names their account; an expired or revoked one opens nothing",
        f"access control and accountability: {GDPR}, art. 5(2), 32",
        End.STAYS,
    ),
    Kept(
        "Answers of the API, under a key that the caller alone has",
        ("api_answer",),
        "a day: so long the same request gets the same answer",
        "a request that is sent again is done once; the term is ours",
        End.TERM,
        "purge",
    ),
    Kept(
        "Professionals: number, profession, sealed name; their questions and cards",
        ("professional", "professional_question", "referral_card"),
        "as long as their account; a card that was handed in goes with the person",
        f"to check who refers patients: {GDPR}, art. 6(1)(f)",
        End.STAYS,
    ),
    Kept(
        "Consent ledger and what is current by it",
        ("consent_event", "consent_state"),
        "always: rows are chained, and after an erasure lead to nobody",
        f"to be able to show consent: {GDPR}, art. 7(1), 17(3)(b), (e); {CIVIL}",
        End.STAYS,
    ),
    Kept(
        "Audit trail and the heads of both chains",
        ("audit_event", "chain_head"),
        "always: rows are chained; people stand in it by pseudonym, staff by number",
        f"accountability: {GDPR}, art. 5(2), 32(1)(d); ICH E6(R3), 4.2.2",
        End.STAYS,
    ),
    Kept(
        "Links and codes to sign in or join, as hashes; what they stand for sealed",
        ("code", "code_asked"),
        f"{_days(codes.REMEMBERED)} after their end",
        f"security of access: {GDPR}, art. 32; so many codes an hour and address",
        End.TERM,
        "purge",
    ),
    Kept(
        "How often an address, an account or a key did something, by keyed digest",
        ("rate",),
        "a quarter of an hour at most, and then until the next night",
        f"security of access: {GDPR}, art. 32; the limits are ours",
        End.TERM,
        "retain",
    ),
    Kept(
        "Service messages that wait, sealed",
        ("message",),
        "they are sent, or no longer worth sending",
        f"to send what somebody asked for: {GDPR}, art. 6(1)(a)",
        End.DEED,
        "post",
    ),
    Kept(
        "Addresses that nothing is sent to, as keyed hashes, and their key",
        ("suppression", "suppression_key"),
        "an administrator lifts it",
        f"an objection outlives the person's data: {GDPR}, art. 21(3), 17(3)(b)",
        End.STAYS,
    ),
    Kept(
        "Proof of the keys that the database was written with",
        ("key_proof",),
        "the next key",
        f"no process writes with other keys: {GDPR}, art. 32; no person in it",
        End.REPLACED,
    ),
    Kept(
        "Questions of visitors without a name, sealed",
        ("public_word",),
        "they are dealt with: then the words are gone, and that there was one stays",
        f"answering what was asked: {GDPR}, art. 6(1)(f)",
        End.DEED,
    ),
    Kept(
        "What communities are told of withdrawals and erasures, sealed to them",
        ("community_event",),
        "the words until they are told, the row until the person is erased",
        f"recipients are told: {GDPR}, art. 19",
        End.ERASURE,
        "retain",
    ),
    Kept(
        "Digests of what communities told us",
        ("community_heard",),
        f"{_days(inbound.EVENTS.kept)}: so late a copy may arrive",
        f"the same thing is not done twice: {GDPR}, art. 5(1)(d)",
        End.TERM,
        "retain",
    ),
    Kept(
        "Who asked for a count",
        ("count_asked",),
        f"{_days(terms.COUNTS.kept)}: so long repeats are counted",
        f"small counts cannot be asked apart: {GDPR}, art. 25",
        End.TERM,
        "retain",
    ),
    Kept(
        "Counts that were given, with marks under a key in which nobody is found without it",
        ("count_given",),
        "always: an answer that is forgotten could be asked apart",
        f"the same question gets the same answer: {GDPR}, art. 25",
        End.STAYS,
    ),
    Kept(
        "Forms on paper and calls that are being typed in, sealed; emptied once the person joins",
        ("paper_form",),
        f"{_days(terms.FORMS.kept)} after the first entry",
        f"a step that the person asks for before joining: {GDPR}, art. 6(1)(b); the term is ours",
        End.TERM,
        "retain",
    ),
    Kept(
        "Reminders to staff that people wait",
        ("staff_reminder",),
        f"{_days(terms.REMINDERS.kept)}",
        "one reminder a day; the term is ours",
        End.TERM,
        "retain",
    ),
    Kept(
        "Communities and what is agreed with them; their secrets sealed",
        (
            "community", "community_hook", "community_inbound", "community_key",
            "community_mapping", "community_provider", "community_pull", "community_staffed",
            "community_terms",
        ),
        "as long as the community works with us",
        f"joint work with a community: {GDPR}, art. 26, 28; no participant in it",
        End.STAYS,
    ),
    Kept(
        "Organisations and who is assigned to what",
        ("organisation", "trial_organisation", "site_centre"),
        "as long as the organisation works with us",
        "tenancy; no participant in it",
        End.STAYS,
    ),
    Kept(
        "Studies, their versions, sites, texts, approvals and publications",
        (
            "trial", "trial_version", "trial_site", "posting", "posting_deed", "posting_revision",
            "posting_telling", "material_draft", "material_approved", "material_decision",
            "material_suspended", "registry_look", "registry_proposal", "misread", "public_answer",
            "snippet", "snippet_version", "appointment_slot", "share_link",
        ),
        "always: what was approved and published, when and by whom",
        "what a committee approved may be asked for as long as the sponsor keeps the trial's file: "
        "Regulation (EU) 536/2014, art. 58 (25 years); authors are staff, by number",
        End.STAYS,
    ),
    Kept(
        "Rounds of invitations, batches of letters, how channels stand: numbers",
        ("outreach_round", "letter_batch", "channel_standing", "share_count"),
        "always; no person in them",
        "to show how many were asked",
        End.STAYS,
    ),
    Kept(
        "Notes of what was judged, so that it is not judged again",
        ("judged_run", "judged_trial"),
        "the next run",
        "no person in them",
        End.REPLACED,
    ),
)  # fmt: skip
