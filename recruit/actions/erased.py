"""What an erasure deletes and what it leaves: every column that holds a pseudonym stands here.

A room that keeps something under a pseudonym adds its column to `LEAVES`, or to `STAYS` with the
reason. tests/house/test_erasure.py fails while a column stands in neither.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Column
from sqlmodel import SQLModel

from recruit.actions.announced_table import ANNOUNCED
from recruit.actions.judged_tables import JUDGED_PERSON
from recruit.actions.match_table import MatchRow
from recruit.actions.outreach.answer_table import ANSWER
from recruit.actions.professionals.tables import CARD
from recruit.actions.question_table import QUESTION_ASKED
from recruit.actions.reviewing.tables import DECISION
from recruit.actions.safety.tables import CASE as SAFETY_CASE
from recruit.actions.words_table import CONVERSATION, HEARD, REPLY
from recruit.audit.tables import AUDIT
from recruit.consent.tables import CONSENT, STATE
from recruit.notify.outbox_tables import OUTBOX
from recruit.people.account_tables import Account
from recruit.people.communities.tables import CONTACT, EVENT, MEMBER
from recruit.people.representative_tables import REPRESENTATION
from recruit.people.tables import PARTICIPANT, VERSION
from recruit.people.vault_tables import DIGEST, ITEM, KEY
from recruit.referrals.tables import REFERRAL

MATCH: Final = SQLModel.metadata.tables[str(MatchRow.__tablename__)]
ACCOUNT: Final = SQLModel.metadata.tables[str(Account.__tablename__)]

# Rows with the pseudonym in one of these are deleted, in this order: what refers before what is
# referred to.
LEAVES: Final[tuple[Column[Any], ...]] = (
    CARD.c.person,
    REPRESENTATION.c.person,
    EVENT.c.person,
    CONTACT.c.person,
    MEMBER.c.person,
    ANSWER.c.person,
    REPLY.c.person,
    HEARD.c.person,
    CONVERSATION.c.person,
    ACCOUNT.c.pseudonym,
    QUESTION_ASKED.c.person,
    OUTBOX.c.person,
    REFERRAL.c.person,
    DECISION.c.person,
    MATCH.c.person,
    JUDGED_PERSON.c.person,
    ANNOUNCED.c.person,
    VERSION.c.person,
    DIGEST.c.holder,
    ITEM.c.holder,
    KEY.c.holder,
)

# Rows that stay, and why. None of them says more of a person than the pseudonym.
STAYS: Final[Mapping[Column[Any], str]] = {
    CONSENT.c.person: "the proof of what was agreed to and taken back, which the law asks for",
    CONSENT.c.actor: "who acted in it",
    STATE.c.person: "what follows from that proof: that nothing is permitted",
    AUDIT.c.subject: "the record of who did what; it can be changed by nobody",
    AUDIT.c.actor: "the same",
    PARTICIPANT.c.pseudonym: "the trace by which an old list does not bring the person back",
    SAFETY_CASE.c.person: "what was reported of harm, which the law asks to be kept: ADR 0051",
    REPRESENTATION.c.representative: "whom somebody else had act for them, which is that person's",
}
