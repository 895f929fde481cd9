"""The retention table: every table of the database, how long it is kept, why, and what ends it.

docs/data-protection.md is printed from it. tests/house/test_retention.py fails while a table stands
nowhere, or while what is said to end one does not. Where law is unsettled the stricter reading
holds; 'ours' is a choice of ours.
"""

from typing import Final

from recruit.actions.retention import terms
from recruit.actions.retention.kept import GDPR, End, Kept, days
from recruit.actions.retention.schedule_of_people import OF_PEOPLE
from recruit.actions.safety import keeping
from recruit.people import codes
from recruit.people.communities import inbound

CIVIL: Final = "French civil code, article 2224 (five years)"
SCHEDULE: Final = (
    *OF_PEOPLE,
    Kept(
        "Links in messages about studies, as hashes",
        ("outbox_link",),
        f"{days(terms.LINKS.kept)} after the message",
        f"withdrawing is as easy as giving: {GDPR}, art. 7(3); the term is ours",
        End.TERM,
        "retain",
    ),
    Kept(
        "Possible adverse events: words, versions of a report, steps",
        ("safety_case", "safety_word", "safety_version", "safety_step"),
        f"no adverse event: {days(keeping.REOPENING)} for strangers' words, else with the person; "
        f"handed on: {days(keeping.TERM)} after that once nobody knows whose it was, marked out",
        f"ICH E2D; {GDPR}, art. 17(3)(e); {CIVIL}; docs/adr/0051",
        End.TERM,
        "sweep",
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
        ("code",),
        f"{days(codes.REMEMBERED)} after their end",
        f"security of access: {GDPR}, art. 32",
        End.TERM,
        "purge",
    ),
    Kept(
        "How often an address, an account or a key did something or got a code, by keyed digest",
        ("rate",),
        "an hour at most, and then for a day until the next night",
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
        "Digests of what communities told us",
        ("community_heard",),
        f"{days(inbound.EVENTS.kept)}: so late a copy may arrive",
        f"the same thing is not done twice: {GDPR}, art. 5(1)(d)",
        End.TERM,
        "retain",
    ),
    Kept(
        "Who asked for a count",
        ("count_asked",),
        f"{days(terms.COUNTS.kept)}: so long repeats are counted",
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
        f"{days(terms.FORMS.kept)} after the first entry",
        f"a step that the person asks for before joining: {GDPR}, art. 6(1)(b); the term is ours",
        End.TERM,
        "retain",
    ),
    Kept(
        "Reminders to staff that people wait",
        ("staff_reminder",),
        f"{days(terms.REMINDERS.kept)}",
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
