"""Which matches may be looked at: of people who consent, standing or ended by an amendment."""

from datetime import timedelta
from typing import Final

from sqlalchemy import bindparam, literal
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from recruit.actions.match_table import MatchRow, Superseded
from recruit.consent.choices import Purpose
from recruit.consent.permit import Moment, consenting, refusing
from recruit.consent.tables import STATE
from recruit.core.columns import UTCDateTime

LATELY: Final = timedelta(days=30)  # so long those who judge matches are told of one that ended
# A query of which the moment is a parameter is written once; whoever asks it says when.
AT: Final = bindparam("at", type_=UTCDateTime)
AGO: Final = bindparam("ago", type_=UTCDateTime)


def current_matches(at: Moment) -> SelectOfScalar[MatchRow]:
    """The matches that stand at the moment `at`, to be narrowed further.

    A withdrawal holds at once, not from the next run on that supersedes the match.
    """
    return _of_the_willing(at).where(col(MatchRow.superseded_at).is_(None))


def fallen_matches(at: Moment, ago: Moment) -> SelectOfScalar[MatchRow]:
    """The matches that an amendment ended since `ago`, of people whom the trial no longer fits."""
    again = aliased(MatchRow)
    fits = (
        select(again.id)
        .where(
            col(again.trial) == col(MatchRow.trial),
            col(again.person) == col(MatchRow.person),
            col(again.superseded_at).is_(None),
        )
        .exists()
    )
    return _of_the_willing(at).where(
        col(MatchRow.reason) == Superseded.TRIAL_AMENDED.value,
        col(MatchRow.superseded_at) > ago,
        ~fits,
    )


def _of_the_willing(at: Moment) -> SelectOfScalar[MatchRow]:
    refused = refusing(Purpose.MATCHING, literal("trial/") + col(MatchRow.trial), at)
    return select(MatchRow).where(
        col(MatchRow.person).in_(consenting(Purpose.MATCHING, at)),
        ~refused.where(STATE.c.person == col(MatchRow.person)).correlate(MatchRow).exists(),
    )


CURRENT: Final = current_matches(AT)
"""`current_matches` with the moment as the parameter `at`."""
FALLEN: Final = fallen_matches(AT, AGO)
"""`fallen_matches` with the moments as the parameters `at` and `ago`."""
