"""A person answers what they were asked before anybody invites them, question by question."""

from sqlalchemy import Engine

from recruit.actions import profile as profiles
from recruit.actions import questioned
from recruit.actions.question_table import End
from recruit.actions.questioning import ending
from recruit.actions.questioning.opening import Open, open_for
from recruit.actions.questioning.rematching import rematch
from recruit.actions.referring.answering import Reply
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.core.errors import NotFound
from recruit.core.i18n import N_
from recruit.core.locks import hold_people
from recruit.matching.outcome import Hierarchy
from recruit.people import store
from recruit.referrals.asked import SILENT


def answer(engine: Engine, *, person: str, reply: Reply, lexicon: Hierarchy, by: str) -> list[Open]:
    """Save an answer and match the person again; what is left to ask.

    It ends the question for every study that asks the same. Who does not know, or would rather not
    say, has answered too: it is not asked again.

    Raises:
        NotFound: nobody asks them this, or no more.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)
        hold_people(session, [person])
        at = now()
        if reply.question not in {each.key for each in open_for(session, person, lexicon)}:
            raise NotFound(what=N_("question"), identifier=reply.question)
        rows = [
            row
            for row in questioned.open_rows(session, person)
            if row["question"] == reply.question
        ]
        saved = ""
        if reply.change:
            known = profiles.current(session, person).profile
            number = store.save(session, [reply.change(known)])[0].number
            saved = f"version {number}"
        rematch(session, person, lexicon, at.date())
        how = End.UNSURE if reply.given in SILENT else End.ANSWERED
        ending.end(session, rows, how, at, reply.given)
        ending.settle_known(session, person, lexicon, at)
        trail.record(
            session,
            Tag.QUESTION_REPLIED,
            actor=by,
            subject=person,
            reason=saved,
            new=", ".join(sorted({row["trial"] for row in rows})),
        )
        return open_for(session, person, lexicon)
