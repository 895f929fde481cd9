"""What happens by the clock: matching anew, and the registries' amendments at night.

APScheduler only ticks, in memory. What there is to do follows from the database each time, so that
a process may end whenever it must and any number of them may run beside one PostgreSQL.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from recruit.actions.matching import match_all
from recruit.actions.trials import reread_trials, sync_trials
from recruit.bootstrap import Recruit
from recruit.core.clock import now, today
from recruit.core.errors import RecruitError, place

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from recruit.terminology.lexicon import Lexicon

ACTOR: Final = "job"
MATCH_EVERY: Final = timedelta(minutes=15)
SYNC_AT: Final = 3  # o'clock, in the zone of the settings: registries are idle, and so are we

log = logging.getLogger(__name__)

Job = Callable[["Engine", "Lexicon"], object]


def scheduler(recruit: Recruit) -> BackgroundScheduler:
    """The jobs of one process, one at a time in a thread of their own; not yet started."""
    zone = ZoneInfo(recruit.settings.timezone)
    ticking = BackgroundScheduler(
        timezone=zone,
        executors={"default": ThreadPoolExecutor(1)},
        # A tick that was missed is made up for once, however late.
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job, trigger, first in (
        (reread, None, now()),
        (match, IntervalTrigger(seconds=round(MATCH_EVERY.total_seconds()), timezone=zone), now()),
        (sync, CronTrigger(hour=SYNC_AT, timezone=zone), None),
    ):
        when = {"next_run_time": first} if first else {}
        ticking.add_job(run, trigger, id=job.__name__, args=(job, recruit), **when)
    return ticking


def run(job: Job, recruit: Recruit) -> None:
    """Do one job; what stands in its way is logged as a sentence, and the next tick tries again.

    Of what nobody foresaw, the type and the place are logged: its message may be about a person.
    """
    try:
        log.info("%s: %s", job.__name__, job(recruit.engine, recruit.lexicon))
    except RecruitError as error:
        log.warning("%s: %s", job.__name__, error)
    except Exception as error:  # noqa: BLE001 - the scheduler would log its message
        log.error("%s: %s at %s", job.__name__, type(error).__name__, place(error))  # noqa: TRY400 - nor its traceback


def reread(engine: "Engine", lexicon: "Lexicon") -> str:
    """Read the trials again that another version of the parser or the lexicon read."""
    return f"{reread_trials(engine, lexicon, actor=ACTOR)} trials read again"


def match(engine: "Engine", lexicon: "Lexicon") -> str:
    """Match everyone with every trial: people change, trials change, birthdays pass."""
    return str(match_all(engine, lexicon, on=today(), actor=ACTOR))


def sync(engine: "Engine", lexicon: "Lexicon") -> str:
    """Take over what the registries have amended."""
    report = sync_trials(engine, lexicon, actor=ACTOR)
    for refusal in report.refused:
        log.warning("sync: %s", refusal)
    return str(report)
