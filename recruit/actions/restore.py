"""Bringing back a copy of the database without bringing back people who have left since.

A copy is older than what it replaces: it still holds whoever was erased after it was made, the
consents that were taken back, trials and texts that were stopped, and messages that were sent
since. What was taken back is read before the copy comes, and done again in it, before anything is
sent; and nothing is until somebody has looked and said so, channel by channel. A SQLite copy is
made good aside and then put in its place; a PostgreSQL one comes first, so that nobody should use
it meanwhile. What is taken back in these seconds is not seen.
"""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from recruit.actions import taken_back
from recruit.actions.stopped import stop_again
from recruit.actions.sweep import sweep
from recruit.actions.taken_back import TakenBack
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core import backup
from recruit.core.clock import now
from recruit.core.db import is_current, unit_of_work, upgrade
from recruit.core.keys import Secrets
from recruit.notify import reputation
from recruit.people.vault import Vault


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of what people had taken back since the copy was made.

    Nothing is known of it (`carried` is false) when the database that was replaced was empty or
    could not be read. `discarded` messages waited in the copy and are not sent. `trials` and
    `texts` went on in the copy and were stopped again.
    """

    carried: bool
    discarded: int
    erasures: int = 0
    noes: int = 0
    trials: int = 0
    texts: int = 0

    def __str__(self) -> str:
        if not self.carried:
            return f"unknown, {self.discarded} messages discarded"
        known = f"{self.erasures} erasures, {self.noes} other noes"
        stopped = f"{self.trials} trials and {self.texts} texts stopped"
        return f"{known}, {self.discarded} messages discarded, {stopped}"


def restore(  # noqa: PLR0913 - what comes back, where, and by whom
    engine: Engine,
    secrets: Secrets,
    source: Path,
    *,
    replace: bool,
    actor: str,
    before: Engine | None = None,
) -> Restored:
    """Put the copy in `source` in the place of the database, less what was taken back since.

    It is brought to the newest schema, everybody has to sign in again, nothing that waited in it
    is sent, and every channel stands still until an administrator lets it go on. `before` is the
    database whose place the copy takes where it is put elsewhere.

    Raises:
        WrongUsage, NoBackup, ToolFailed, DatabaseUnreachable: as `backup.restore`.
        OutOfDate: what is to be replaced has to be upgraded before it can be read.
    """
    taken = taken_back.read(before or engine)

    def make_good(copy: Engine) -> Restored:
        return _make_good(copy, Vault(secrets.vault), taken, actor)

    restored = backup.restore(engine, source, replace=replace, make_good=make_good)
    sweep(engine, actor=actor, at_once=False)
    return restored


def _make_good(copy: Engine, vault: Vault, taken: TakenBack | None, actor: str) -> Restored:
    if not is_current(copy):
        upgrade(copy)
    with unit_of_work(copy) as session:
        stopped = stop_again(session, taken.stopped) if taken else (0, 0)
        discarded = taken_back.hold_back(session, taken)
        done = taken_back.do_again(session, vault, taken) if taken else (0, 0)
        reputation.hold_all(session, now())  # last: what was taken over says how channels stood
        restored = Restored(taken is not None, discarded, *done, *stopped)
        trail.record(session, Tag.RESTORED, actor=actor, subject="database", new=str(restored))
    return restored
