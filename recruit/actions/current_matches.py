"""Which matches stand at a moment: not superseded, of people who consent and did not refuse."""

from datetime import datetime

from sqlalchemy import literal
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from recruit.actions.match_table import MatchRow
from recruit.consent.choices import Purpose
from recruit.consent.permit import consenting, refusing
from recruit.consent.tables import STATE


def current_matches(at: datetime) -> SelectOfScalar[MatchRow]:
    """The matches that stand at the moment `at`, to be narrowed further.

    A withdrawal holds at once, not from the next run on that supersedes the match.
    """
    refused = refusing(Purpose.MATCHING, literal("trial/") + col(MatchRow.trial), at)
    return select(MatchRow).where(
        col(MatchRow.superseded_at).is_(None),
        col(MatchRow.person).in_(consenting(Purpose.MATCHING, at)),
        ~refused.where(STATE.c.person == col(MatchRow.person)).correlate(MatchRow).exists(),
    )
