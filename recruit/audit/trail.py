"""Who did what to whom, when and why: one row per action, never changed afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from recruit.audit.tables import AUDIT
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.origin import origin as present_origin


class Tag(StrEnum):
    """What can be recorded, as `source:subject:action`."""

    TRIALS_IMPORTED = "trials:batch:imported"
    TRIALS_SYNCED = "trials:batch:synced"
    TRIALS_REREAD = "trials:batch:reread"

    PEOPLE_IMPORTED = "people:batch:imported"
    COMMUNITY_ADDED = "communities:community:added"
    MAPPING_CHANGED = "communities:mapping:changed"
    KEY_ISSUED = "communities:key:issued"
    KEY_REVOKED = "communities:key:revoked"
    HOOK_SET = "communities:hook:set"
    HOOK_FORGOTTEN = "communities:hook:forgotten"
    HOOK_TESTED = "communities:hook:tested"
    TERMS_CHANGED = "communities:terms:changed"
    COMMUNITY_STAFFED = "communities:community:staffed"
    LISTENING_SET = "communities:inbound:set"
    PULL_SET = "communities:pull:set"
    PULL_FORGOTTEN = "communities:pull:forgotten"
    PULLED = "communities:pull:ended"
    PROVIDER_SET = "communities:provider:set"
    PROVIDER_FORGOTTEN = "communities:provider:forgotten"
    MEMBER_LINKED = "communities:person:linked"
    STATISTICS_SHOWN = "communities:community:statistics-shown"
    COMMUNITY_TOLD = "communities:person:told"
    COMMUNITY_NOT_TOLD = "communities:person:given-up"

    PERSON_EXPORTED = "people:person:exported"
    PERSON_ERASED = "people:person:erased"
    PROFILE_TOLD = "people:profile:told"

    CONSENTS_SHOWN = "consent:person:shown"
    CONSENT_WITHDRAWN = "consent:person:withdrawn"
    CONSENT_GRANTED = "consent:person:granted"
    CONSENTS_EXPIRED = "consent:batch:expired"
    CONSENT_PAUSED = "consent:person:paused"
    CONSENT_RESUMED = "consent:person:resumed"

    JOINING_ASKED = "joining:visitor:asked"
    JOINING_REFUSED = "joining:visitor:refused"
    JOINED = "joining:person:joined"

    REPRESENTATIVE_INVITED = "people:representative:invited"
    REPRESENTATIVE_ACCEPTED = "people:representative:accepted"
    REPRESENTATIVE_CONFIRMED = "people:representative:confirmed"
    REPRESENTATIVE_CAME = "people:representative:came"
    REPRESENTATIVE_ALLOWED = "people:representative:allowed"
    REPRESENTATIVE_ENDED = "people:representative:ended"
    GUARDIAN_RECORDED = "people:representative:guardian-recorded"
    CONTACT_CHANGED = "people:contact:changed"
    ERASURE_ASKED = "people:person:erasure-asked"
    ERASURE_ANNOUNCED = "people:person:erasure-announced"
    ERASURE_LETTER = "people:person:erasure-letter"

    ANSWERED = "outreach:invitation:answered"
    TOLD = "outreach:posting:told"

    QUESTION_ANSWERED = "referrals:question:answered"
    REACH_CHOSEN = "referrals:path:reach-chosen"
    RELEASED = "referrals:path:released"
    RELEASE_ENDED = "referrals:path:release-ended"
    REFERRALS_SHOWN = "referrals:path:listed"
    RELEASED_SHOWN = "referrals:path:contact-shown"
    PATH_ENDED = "referrals:path:ended"
    PATH_SHOWN = "referrals:path:shown"
    SITE_CALLED = "referrals:path:called"
    SITE_REPORTED = "referrals:path:reported"
    SITE_UNDID = "referrals:path:undone"
    STAFF_REMINDED = "referrals:staff:reminded"
    SLOT_OFFERED = "referrals:slot:offered"
    SLOT_ENDED = "referrals:slot:ended"
    APPOINTMENT_BOOKED = "referrals:appointment:booked"
    APPOINTMENT_CANCELLED = "referrals:appointment:cancelled"
    APPOINTMENT_REMINDED = "referrals:appointment:reminded"

    MATCHED = "matching:run:finished"
    MATCH_EXPLAINED = "matching:match:explained"
    MATCH_SHOWN = "matching:match:shown"

    MATCH_DECIDED = "matching:match:decided"
    MATCH_UNDECIDED = "matching:match:undone"
    MATCH_RETURNED = "matching:batch:returned"
    MISREAD_SAID = "trials:rule:said-misread"
    MISREAD_SETTLED = "trials:rule:said-right"

    QUESTION_ASKED = "questions:person:asked"
    QUESTION_WITHDRAWN = "questions:person:withdrawn"
    QUESTION_REPLIED = "questions:person:answered"
    QUESTION_ENDED = "questions:person:ended"

    INVITED = "outreach:person:invited"
    ROUND_BEGUN = "outreach:round:begun"
    REMINDED = "outreach:batch:reminded"
    ROUNDS_STOPPED = "outreach:trial:stopped"
    REHEARSED = "outreach:trial:rehearsed"

    POSTING_BEGUN = "trials:posting:begun"
    POSTING_CHANGED = "trials:posting:changed"
    POSTING_SUBMITTED = "trials:posting:submitted"
    POSTING_SENT_BACK = "trials:posting:sent-back"
    POSTING_PUBLISHED = "trials:posting:published"
    POSTING_PAUSED = "trials:posting:paused"
    POSTING_RESUMING_ASKED = "trials:posting:resuming-asked"
    POSTING_RESUMED = "trials:posting:resumed"
    POSTING_CLOSING_ASKED = "trials:posting:closing-asked"
    POSTING_CLOSED = "trials:posting:closed"
    POSTING_DECLINED = "trials:posting:declined"
    RESULTS_TO_TELL = "trials:posting:results-to-tell"
    SITE_STAFFED = "trials:site:staffed"
    PROPOSAL_TAKEN = "trials:proposal:taken"
    PROPOSAL_DECLINED = "trials:proposal:declined"
    FLIPS_SHOWN = "disclosure:posting:flips-shown"
    APPROVAL_REFUSED = "trials:posting:approval-refused"

    MATERIAL_CHANGED = "trials:material:changed"
    MATERIAL_SUBMITTED = "trials:material:submitted"
    MATERIAL_SENT_BACK = "trials:material:sent-back"
    MATERIAL_APPROVED = "trials:material:approved"
    MATERIAL_SUSPENDED = "trials:material:suspended"
    MATERIAL_DECIDED = "trials:material:decision-filed"

    REACH_SHOWN = "disclosure:trial:reach-shown"
    FEASIBILITY_SHOWN = "disclosure:trial:feasibility-shown"
    FUNNEL_SHOWN = "disclosure:trial:funnel-shown"

    TRAIL_READ = "audit:trail:read"
    TRAIL_EXPORTED = "audit:trail:exported"

    RESTORED = "database:copy:restored"
    RESTORE_REHEARSED = "database:copy:rehearsed"
    SWEPT = "database:remains:swept"
    VAULT_ROTATED = "vault:keys:rotated"
    KEYS_ACCEPTED = "vault:keys:accepted"

    ACCOUNT_ADDED = "accounts:account:added"
    ACCOUNT_DISABLED = "accounts:account:disabled"
    PASSWORD_CHANGED = "accounts:account:password-changed"  # noqa: S105 - a tag
    SIGNED_IN = "accounts:account:signed-in"
    SIGNED_OUT = "accounts:account:signed-out"
    SIGN_IN_REFUSED = "accounts:account:sign-in-refused"
    CODE_ASKED = "accounts:visitor:code-asked"
    ACCOUNT_ENABLED = "accounts:account:enabled"
    ACCOUNT_RESET = "accounts:account:reset"
    ACCOUNT_LINKED = "accounts:account:linked"
    ACCOUNT_KEY_ISSUED = "accounts:key:issued"
    ACCOUNT_KEY_REVOKED = "accounts:key:revoked"
    ROLE_CHANGED = "accounts:account:role-changed"
    PASSWORD_PROVED = "accounts:account:password-proved"  # noqa: S105 - a tag
    IDENTITY_PROVED = "accounts:account:identity-proved"
    SECOND_FACTOR_PROVED = "accounts:account:second-factor-proved"
    SECOND_FACTOR_REFUSED = "accounts:account:second-factor-refused"
    SECOND_FACTOR_SET = "accounts:account:second-factor-set"
    RECOVERY_CODES_RENEWED = "accounts:account:recovery-codes-renewed"
    PASSKEY_ADDED = "accounts:account:passkey-added"
    PASSKEY_REMOVED = "accounts:account:passkey-removed"
    ORGANISATION_ADDED = "accounts:organisation:added"
    TRIAL_ASSIGNED = "accounts:organisation:trial-assigned"

    BATCH_CLOSED = "outreach:letters:batch-closed"
    LETTER_RETURNED = "outreach:letter:returned"
    SLIP_TYPED = "outreach:letter:slip-typed"
    CALL_OPENED = "outreach:call:number-shown"
    CALL_SHOWN = "outreach:call:shown-again"
    CALL_ENDED = "outreach:call:ended"

    WORDS_HEARD = "outreach:words:heard"
    WORDS_SHOWN = "outreach:words:shown"
    WORDS_READ = "outreach:words:read"
    WORDS_UNREAD = "outreach:words:unread-again"
    WORDS_ANSWERED = "outreach:words:answered"
    WORDS_CLAIMED = "outreach:words:answer-begun"
    WORDS_ASSIGNED = "outreach:words:assigned"
    WORDS_CLOSED = "outreach:words:no-answer-needed"
    STOP_DISMISSED = "outreach:words:no-stop-meant"
    FILE_SHOWN = "outreach:file:handed-out"
    SNIPPET_WRITTEN = "outreach:snippet:written"
    SNIPPET_APPROVED = "outreach:snippet:approved"
    SNIPPET_RETIRED = "outreach:snippet:retired"

    PUBLIC_WORD_HEARD = "catalogue:word:heard"
    PUBLIC_WORD_CLOSED = "catalogue:word:closed"
    PUBLIC_ANSWER_WITHDRAWN = "catalogue:answer:withdrawn"

    PROFESSIONAL_CLAIMED = "professionals:account:claimed"
    PROFESSIONAL_CHECKED = "professionals:account:checked"
    PROFESSIONAL_ASKED = "professionals:question:asked"
    PROFESSIONAL_ANSWERED = "professionals:question:answered"
    CARD_MADE = "professionals:card:made"
    CARD_HANDED_IN = "professionals:card:handed-in"

    PAPER_TYPED = "paper:form:typed"
    PAPER_RECEIPT = "paper:receipt:printed"
    PAPER_THROWN_AWAY = "paper:form:thrown-away"

    SAFETY_LISTED = "safety:case:listed"
    SAFETY_SHOWN = "safety:case:shown"
    SAFETY_BEGUN = "safety:case:begun"
    SAFETY_DECIDED = "safety:case:decided"
    SAFETY_WRITTEN = "safety:report:written"
    SAFETY_FORWARDED = "safety:report:forwarded"
    SAFETY_EXPORTED = "safety:report:exported"
    SAFETY_ALARMED = "safety:case:alarmed"
    SAFETY_UNTIED = "safety:case:person-lost"
    SAFETY_WORDS_DELETED = "safety:words:deleted"

    MESSAGE_SENT = "notify:message:sent"
    MESSAGE_FAILED = "notify:message:failed"
    DELIVERIES_SHOWN = "notify:message:listed"
    ADDRESS_ENDED = "notify:address:ended"
    ADDRESS_LIFTED = "notify:address:lifted"
    ADDRESS_LOOKED_UP = "notify:address:looked-up"
    MESSAGE_DECIDED = "notify:message:decided"
    CHANNEL_STOPPED = "notify:channel:stopped"
    CHANNEL_RESUMED = "notify:channel:resumed"


@dataclass(frozen=True, slots=True)
class Deed:
    """A row that is to be recorded with others; its parts are those of `record`."""

    tag: Tag
    subject: str
    new: str | None = None
    reason: str = ""


def record(  # noqa: PLR0913 - the columns of the trail, by name
    session: Session,
    tag: Tag,
    *,
    actor: str,
    subject: str,
    reason: str = "",
    old: str | None = None,
    new: str | None = None,
    origin: str = "",
) -> None:
    """Append one row in the caller's unit of work: it stands exactly when the deed does.

    `actor` is an account, "cli" or "job"; `subject` an identifier or a pseudonym; `origin` where
    it came from, coarsely, by default what the door said (core/origin.py). None of the values may
    hold a person's data: the trail is never erased.
    """
    row = _row(tag, actor, subject, reason, origin)
    chain.append(session, AUDIT, [{**row, "old": old, "new": new}])


def record_each(
    session: Session,
    tag: Tag,
    *,
    actor: str,
    of: Iterable[tuple[str, str | None]],
    reason: str = "",
) -> None:
    """The same for many (subject, new) at once, a row each."""
    record_deeds(session, (Deed(tag, subject, new, reason) for subject, new in of), actor=actor)


def record_deeds(session: Session, deeds: Iterable[Deed], *, actor: str) -> None:
    """The same for different deeds of one moment, a row each in their order."""
    rows = [
        {**_row(each.tag, actor, each.subject, each.reason, ""), "old": None, "new": each.new}
        for each in deeds
    ]
    chain.append(session, AUDIT, rows)


def _row(tag: Tag, actor: str, subject: str, reason: str, origin: str) -> dict[str, object]:
    return {
        "at": now(),
        "tag": tag.value,
        "actor": actor,
        "subject": subject,
        "reason": reason,
        "origin": origin or present_origin() or None,
    }


def about(session: Session, subject: str, after: int = 0) -> list[RowMapping]:
    """The rows about a person or a thing whose number is above `after`, oldest first."""
    query = (
        select(AUDIT)
        .where(AUDIT.c.subject == subject, AUDIT.c.sequence > after)
        .order_by(AUDIT.c.sequence)
    )
    return list(session.execute(query).mappings())


def verify(session: Session) -> chain.Break | None:
    """The first row that was edited, added from outside or taken away; None when all stand."""
    return chain.verify(session, AUDIT)
