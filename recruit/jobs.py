"""What happens by the clock: matching, the registries at night, signed heads, messages.

APScheduler only ticks, in memory. What there is to do follows from the database each time, so that
a process may end whenever it must and any number of them may run beside one PostgreSQL.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from recruit.actions.audit import expire_consents, keep_heads
from recruit.actions.following.escalating import escalate
from recruit.actions.matching import EVERY as MATCH_EVERY
from recruit.actions.matching import match_all
from recruit.actions.outreach import attachments, tellings, waves
from recruit.actions.population import refresh
from recruit.actions.pulling import Puller
from recruit.actions.questioning.ending import settle as settle_questions
from recruit.actions.referring.reminding import remind as remind_people
from recruit.actions.retention import terms
from recruit.actions.retention.announcing import Herald, announce
from recruit.actions.retention.unpermitted import erase_unpermitted
from recruit.actions.reviewing import decisions
from recruit.actions.safety.alarms import alarm as tell_of_safety
from recruit.actions.sweep import sweep as clear
from recruit.actions.telling import tell_communities
from recruit.actions.trials import reread_trials, sync_trials
from recruit.api.tables import ANSWERS
from recruit.bootstrap import Recruit
from recruit.core import metrics
from recruit.core.clock import now, today
from recruit.core.db import unit_of_work
from recruit.core.errors import RecruitError, ToldToEnd, place
from recruit.core.expiring import delete_over
from recruit.core.fetching import Fetcher
from recruit.core.locks import Job as Alone
from recruit.core.locks import alone_at
from recruit.core.origin import JOB, come_from
from recruit.core.outbound import Poster
from recruit.notify import reputation
from recruit.notify.post import Delivered
from recruit.notify.reputation import Standing
from recruit.notify.worker import Sent, drain, tidy
from recruit.people import codes

ACTOR: Final = "job"
POST: Final = "post"
SEND: Final = "send"
POST_EVERY: Final = timedelta(seconds=15)
WATCH_EVERY: Final = timedelta(minutes=1)
INVITE_EVERY: Final = timedelta(minutes=5)
REMIND_EVERY: Final = timedelta(minutes=5)
RETURN_EVERY: Final = timedelta(minutes=1)
FOLLOW_EVERY: Final = timedelta(minutes=30)
ALARM_EVERY: Final = timedelta(minutes=5)
RETAIN_AT: Final = 5  # o'clock, in the zone of the settings
SEND_EVERY: Final = timedelta(seconds=5)
SETTLE_EVERY: Final = timedelta(minutes=5)
SEND_FOR: Final = timedelta(seconds=20)
"""So long one tick sends at most: a process that is told to end does so soon."""
TELL: Final = "tell"
TELL_EVERY: Final = timedelta(seconds=15)
FETCH: Final = "fetch"
FETCH_EVERY: Final = timedelta(minutes=1)
PEOPLE_EVERY: Final = timedelta(minutes=5)
PURGE_EVERY: Final = timedelta(hours=1)
KEEP_EVERY: Final = timedelta(hours=1)
SYNC_AT: Final = 3  # o'clock, in the zone of the settings: registries are idle, and so are we

SWEEP_EVERY: Final = timedelta(minutes=10)
REWRITE_AT: Final = 4  # o'clock: nobody else can write while a large SQLite file is rewritten

log = logging.getLogger(__name__)

Job = Callable[[Recruit], object]


def scheduler(recruit: Recruit) -> BackgroundScheduler:
    """The jobs of one process, one at a time in a thread of their own; not yet started.

    Messages have a thread to themselves: somebody waits for a code while everyone is matched. So
    have invitations, and communities' servers, which may be slow.
    """
    zone = ZoneInfo(recruit.settings.timezone)
    ticking = BackgroundScheduler(
        timezone=zone,
        executors={name: ThreadPoolExecutor(1) for name in ("default", POST, SEND, TELL, FETCH)},
        # A tick that was missed is made up for once, however late.
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job, trigger, first in (
        (reread, None, now()),
        (match, _every(MATCH_EVERY, zone), now()),
        (people, _every(PEOPLE_EVERY, zone), now()),
        (keep, _every(KEEP_EVERY, zone), now()),
        (sweep, _every(SWEEP_EVERY, zone), now()),
        (purge, _every(PURGE_EVERY, zone), now()),
        (post, _every(POST_EVERY, zone), now()),
        (send, _every(SEND_EVERY, zone), now()),
        (watch, _every(WATCH_EVERY, zone), now()),
        (invite, _every(INVITE_EVERY, zone), now()),
        (remind, _every(REMIND_EVERY, zone), now()),
        (settle, _every(SETTLE_EVERY, zone), now()),
        (bring_back, _every(RETURN_EVERY, zone), now()),
        (follow, _every(FOLLOW_EVERY, zone), now()),
        (alarm, _every(ALARM_EVERY, zone), now()),
        (retain, CronTrigger(hour=RETAIN_AT, timezone=zone), None),
        (tell, _every(TELL_EVERY, zone), now()),
        (fetch, _every(FETCH_EVERY, zone), now()),
        (sync, CronTrigger(hour=SYNC_AT, timezone=zone), None),
        (rewrite, CronTrigger(hour=REWRITE_AT, timezone=zone), None),
    ):
        when: dict[str, object] = {"next_run_time": first} if first else {}
        if job in {post, send, tell, fetch}:
            when["executor"] = job.__name__
        ticking.add_job(run, trigger, id=job.__name__, args=(job, recruit), **when)
    return ticking


def _every(pause: timedelta, zone: ZoneInfo) -> IntervalTrigger:
    return IntervalTrigger(seconds=round(pause.total_seconds()), timezone=zone)


def run(job: Job, recruit: Recruit) -> None:
    """Do one job and log what it says, if anything; None says that another process does it.

    What stands in its way is logged as a sentence, and the next tick tries again.

    Of what nobody foresaw, the type and the place are logged: its message may be about a person.
    Where the process is about to end, nothing is begun.
    """
    if recruit.ending.is_set():
        return
    come_from(JOB)
    try:
        with metrics.job(job.__name__) as done:
            said = job(recruit)
            if said is not None:
                done()
        if said:
            log.info("%s: %s", job.__name__, said)
    except RecruitError as error:
        log.warning("%s: %s", job.__name__, error)
    except Exception as error:  # noqa: BLE001 - the scheduler would log its message
        log.error("%s: %s at %s", job.__name__, type(error).__name__, place(error))  # noqa: TRY400 - nor its traceback


def reread(recruit: Recruit) -> str:
    """Read the trials again that another version of the parser or the lexicon read."""
    return f"{reread_trials(recruit.engine, recruit.lexicon, actor=ACTOR)} trials read again"


def match(recruit: Recruit) -> str | None:
    """Match everyone with every trial: people change, trials change, birthdays pass.

    One process at a time: a second one would judge the same and hold as much memory again.

    Raises:
        ToldToEnd: this process is to end, which would take minutes otherwise.
    """
    with alone_at(recruit.engine, Alone.MATCHING) as first:
        if not first:
            return None
        report = match_all(
            recruit.engine,
            recruit.lexicon,
            on=today(),
            actor=ACTOR,
            progress=lambda _done, _total: _go_on(recruit),
        )
    metrics.PAIRS.inc(report.judged)
    metrics.MATCHES.labels("new").inc(report.new)
    metrics.MATCHES.labels("superseded").inc(report.superseded)
    return str(report)


def people(recruit: Recruit) -> str:
    """Read those who consent into the file that sponsors' counts are taken from.

    Raises:
        ToldToEnd: this process is to end; the file stays as it was.
    """
    size = refresh(recruit.crowd, recruit.engine, recruit.lexicon, lambda: _go_on(recruit))
    return "" if size is None else f"{size} people read for counts"


def _go_on(recruit: Recruit) -> None:
    if recruit.ending.is_set():
        raise ToldToEnd


def sync(recruit: Recruit) -> str:
    """Take over what the registries have amended."""
    report = sync_trials(recruit.engine, recruit.lexicon, actor=ACTOR)
    for refusal in report.refused:
        log.warning("sync: %s", refusal)
    return str(report)


def keep(recruit: Recruit) -> str:
    """Write down the consents that have run out, and once a day the signed heads of the chains.

    Every hour, for the machine that was off at midnight.
    """
    expired = expire_consents(recruit.engine, recruit.voice, actor=ACTOR)
    written = keep_heads(recruit.engine, recruit.settings.data_folder)
    return f"{expired} consents expired, {written.name if written else 'no new'} heads"


def post(recruit: Recruit) -> str:
    """Send the messages that are due: those that failed before, and those of other processes."""
    delivered = recruit.deliver()
    return str(delivered) if delivered != Delivered() else ""


def send(recruit: Recruit) -> str:
    """Send messages about studies that are due, and take back what dead processes had.

    Raises:
        ClockAstray: hours and leases cannot be told; it is tried again at the next tick.
    """
    recruit.timekeeper.check(recruit.engine)
    back = tidy(recruit.engine)
    if back:
        log.warning("send: %s messages taken back from processes that are gone", back)
    sent = drain(recruit.sending, SEND_FOR)
    return str(sent) if sent != Sent() else ""


def watch(recruit: Recruit) -> str:
    """Look at how each channel stands with those who receive by it."""
    seen = reputation.look(recruit.engine, now())
    off = sorted(channel for channel, stands in seen.items() if stands is not Standing.FINE)
    for channel in off:
        log.warning("watch: %s is %s", channel, seen[channel])
    return ""


def invite(recruit: Recruit) -> str:
    """Begin the rounds of invitations whose time has come, and tell what studies came to."""
    begun = waves.begin_waves(recruit.engine, now())
    told = tellings.tell(recruit.engine, now())
    done = [str(each) for each in (begun, told) if each != type(each)()]
    return ", ".join(done)


def remind(recruit: Recruit) -> str:
    """Remind people of tomorrow's appointments."""
    link = f"{recruit.settings.base_url}/me/trials"
    count = remind_people(recruit.engine, recruit.secrets.vault, now(), link=link)
    return f"{count} reminded of appointments" if count else ""


def alarm(recruit: Recruit) -> str:
    """Tell staff of possible adverse events that wait for too long."""
    link = f"{recruit.settings.base_url}/safety"
    count = tell_of_safety(recruit.engine, recruit.secrets.vault, now(), link=link)
    return f"{count} possible adverse events wait for too long" if count else ""


def bring_back(recruit: Recruit) -> str:
    """Let matches come back into the queue whose decision is over: its day has come, say."""
    count = decisions.bring_back(recruit.engine, now())
    return f"{count} decisions are over" if count else ""


def follow(recruit: Recruit) -> str:
    """Tell the staff, once a working day, that people wait for them for too long."""
    link = f"{recruit.settings.base_url}/referrals/overdue"
    zone = ZoneInfo(recruit.settings.timezone)
    count = escalate(recruit.engine, recruit.secrets.vault, zone, now(), link=link)
    return f"{count} of the staff told that people wait" if count else ""


def settle(recruit: Recruit) -> str:
    """End the questions to people that are over, and bring their matches back to be judged."""
    count = settle_questions(recruit.engine, recruit.lexicon)
    return f"{count} questions ended" if count else ""


def retain(recruit: Recruit) -> str:
    """Delete what has had its term; erase whoever has permitted nothing for long, told before."""
    rows = terms.enforce(recruit.engine, now())
    zone = ZoneInfo(recruit.settings.timezone)
    herald = Herald(recruit.secrets.vault, recruit.settings.base_url, zone)
    told = announce(recruit.engine, herald, now(), recruit.ending.is_set)
    people = erase_unpermitted(
        recruit.engine, recruit.secrets, recruit.settings, now(), recruit.ending.is_set
    )
    return (
        f"{rows} rows whose term is over deleted, {told} people told of their erasure, "
        f"{people} people erased who permit nothing"
    )


def purge(recruit: Recruit) -> str:
    """Delete links and codes that are over, files never kept, and old answers."""
    delete_over(recruit.engine, ANSWERS, now())
    with unit_of_work(recruit.engine) as session:
        attachments.tidy(session, recruit.settings.data_folder, now())
        return f"{codes.purge(session, now())} links deleted"


def sweep(recruit: Recruit) -> str:
    """Clear the database's files of what erasures left there, as far as nobody has to wait."""
    return _swept(recruit, at_once=True)


def rewrite(recruit: Recruit) -> str:
    """The same, whatever it takes."""
    return _swept(recruit, at_once=False)


def _swept(recruit: Recruit, *, at_once: bool) -> str:
    cleared = clear(recruit.engine, actor=ACTOR, at_once=at_once)
    return (
        "nothing is left of the erased"
        if cleared
        else "something is left of the erased; tried again later"
    )


def tell(recruit: Recruit) -> str:
    """Tell communities who withdrew or was erased, within a minute of it."""
    told = tell_communities(recruit.engine, recruit.secrets.vault, Poster())
    return f"{told} events told to communities" if told else ""


def fetch(recruit: Recruit) -> str:
    """Fetch the people of communities whose turn it is."""
    puller = Puller(recruit.engine, recruit.lexicon, recruit.secrets, recruit.voice, Fetcher())
    count = puller.pull_due()
    return f"{count} people came from communities or changed" if count else ""
