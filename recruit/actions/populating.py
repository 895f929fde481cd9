"""Writing everybody who consents to matching into the file that population.py opens.

Who is in the file already and has not changed since is taken over from it as they stand; only the
others are read from the database. The file is written as a new one, so that those who have the old
one open go on with it as it was.
"""

import fcntl
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, and_, select
from sqlalchemy.orm import Session

from recruit.audit.tables import AUDIT
from recruit.consent.choices import Purpose
from recruit.consent.permit import consenting
from recruit.consent.tables import CONSENT, STATE
from recruit.core import arrays, chain
from recruit.core.arrays import ArraysDamaged
from recruit.core.bulk import among
from recruit.core.clock import now
from recruit.core.db import reading
from recruit.core.garbage import undisturbed
from recruit.disclosure.sketch import Marks, Sketch, mark
from recruit.matching import saved, selecting
from recruit.matching.building import build as build_index
from recruit.matching.index import Rows
from recruit.matching.outcome import Hierarchy
from recruit.matching.selecting import selected
from recruit.people import codec, places
from recruit.people.codec import decode
from recruit.people.store import PAGE
from recruit.people.tables import VERSION

PART: Final = 10_000  # people in memory at a time while the file is built
NEVER: Final = np.iinfo(np.int64).max  # when a consent without an end runs out
LEFT_BEHIND: Final = timedelta(hours=6)  # no build takes as long: its process was ended

log = logging.getLogger(__name__)

Arrays = dict[str, NDArray[Any]]
Ends = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Moment:
    """How far the ledger of consents and the audit trail had come when people were read.

    The digests are those of their newest rows: a restored or another database has others.
    `lexicon` says what concepts were taken to be a kind of.
    """

    consents: int
    digest: str
    trail: int
    trail_digest: str
    at: datetime
    lexicon: str


@dataclass(frozen=True, slots=True)
class Present:
    """Who consents: `rows` of the old file, and names of those who are not in it as they are now.

    With each goes when the consent runs out.
    """

    rows: Rows
    ends: Ends
    names: Sequence[str]
    until: Sequence[int]


def file(folder: Path) -> Path:
    """Where the population lies: another file as soon as the code that lays it out changes."""
    return folder / f"population-{_layout()}.arrays"


@contextmanager
def alone_in(folder: Path) -> Iterator[bool]:
    """Whether no other process brings the file of `folder` up to date; none does until this ends.

    By a lock of the file system: workers on other machines have folders of their own.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "population.lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def build(
    engine: Engine,
    hierarchy: Hierarchy,
    key: bytes,
    folder: Path,
    go_on: Callable[[], None] = lambda: None,
) -> int:
    """Bring everybody who consents to matching into the file of `folder`; how many they are.

    `go_on` is asked after every PART of them, and may raise: the file stays as it was.
    """
    target = file(folder)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _clear(folder, now() - LEFT_BEHIND)
    parts: list[Arrays] = []
    with TemporaryDirectory(prefix="population-", dir=folder) as place:
        with reading(engine) as session:
            moment = _read_at(session, hierarchy)
            known = _known(session, target, moment.lexicon)
            present = _present(session, known, key, moment.at)
            for first in range(0, len(present.names), PART):
                some = slice(first, first + PART)
                until = dict(zip(present.names[some], present.until[some], strict=True))
                path = Path(place) / f"{first}"
                with undisturbed():
                    _write_part(path, session, until, hierarchy, key)
                parts.append(arrays.read(path))
                go_on()
        with arrays.writing(target) as writer:
            size = _join(writer, known, present, parts, moment)
    for old in folder.glob("population-*.arrays"):
        if old != target:
            old.unlink(missing_ok=True)
    return size


def moment_of(found: Arrays) -> Moment:
    """When the people of a file were read."""
    said = cast("dict[str, Any]", arrays.read_json(found["moment"]))
    return Moment(**{**said, "at": datetime.fromisoformat(said["at"])})


def is_read_from(session: Session, moment: Moment) -> bool:
    """Whether it is a moment of this database as it is or was."""
    consents = chain.digest_at(session, CONSENT, moment.consents)
    trail = chain.digest_at(session, AUDIT, moment.trail)
    return (consents, trail) == (moment.digest, moment.trail_digest)


def lexicon_of(hierarchy: Hierarchy) -> str:
    """Which lexicon says what is a kind of what; "" for one that is not in a file."""
    opened = getattr(hierarchy, "file", None)
    return opened.stem if opened else ""


@cache
def _layout() -> str:
    """A digest of the code that reads people and lays them out: who stays is not read again."""
    whole = sha256(saved.layout().encode())
    for part in (__file__, codec.__file__, places.__file__, selecting.__file__):
        whole.update(Path(part).read_bytes())
    return whole.hexdigest()[:16]


def _clear(folder: Path, before: datetime) -> None:
    """Remove what a build that was ended left behind: people stand in it whom nobody takes out."""
    for old in (*folder.glob("population-*.new"), *folder.glob("population-*/")):
        try:
            if old.stat().st_mtime >= before.timestamp():
                continue
            if old.is_dir():
                rmtree(old)
            else:
                old.unlink()
        except FileNotFoundError:  # another process clears as well
            continue


def _read_at(session: Session, hierarchy: Hierarchy) -> Moment:
    consents, digest = chain.head(session, CONSENT)
    trail, trail_digest = chain.head(session, AUDIT)
    return Moment(consents, digest, trail, trail_digest, now(), lexicon_of(hierarchy))


def _known(session: Session, target: Path, lexicon: str) -> Arrays | None:
    """The file as it is, where it was read from this database and with this lexicon.

    Why one is of no use is said in the log.
    """
    try:
        found = arrays.read(target)
        moment = moment_of(found)
    except FileNotFoundError:
        if any(target.parent.glob("population-*.arrays")):
            log.warning("population: made anew, as another version of Recruit wrote the file")
        return None
    except ArraysDamaged:
        log.warning("population: made anew, as the file was damaged")
        return None
    if moment.lexicon != lexicon:
        log.warning("population: made anew, with another lexicon")
        return None
    if not is_read_from(session, moment):
        log.warning("population: made anew, as the file was of another database")
        return None
    return found


def _present(session: Session, known: Arrays | None, key: bytes, at: datetime) -> Present:
    query = (
        consenting(Purpose.MATCHING, at)
        .join(VERSION, and_(VERSION.c.person == STATE.c.person, VERSION.c.current))
        .add_columns(VERSION.c.number, STATE.c.valid_until)
        .execution_options(yield_per=PAGE)
    )
    kept = [np.zeros((2, 0), np.int64)]
    names: list[str] = []
    until: list[int] = []
    with session.execute(query) as result:
        for page in result.partitions():
            ends = np.array([_seconds(end) for _, _, end in page], np.int64)
            marks = np.array([mark(name, key) for name, _, _ in page], np.uint64)
            rows = _rows(known, marks, np.array([number for _, number, _ in page], np.int32))
            old = rows >= 0
            kept.append(np.array([rows[old], ends[old]]))
            names += [name for (name, _, _), is_old in zip(page, old, strict=True) if not is_old]
            until += ends[~old].tolist()
    rows, ends = np.concatenate(kept, axis=1)
    order = np.argsort(rows)
    return Present(rows[order].astype(np.int32), ends[order], names, until)


def _rows(known: Arrays | None, marks: Marks, versions: NDArray[np.int32]) -> NDArray[np.int64]:
    """The row of each person in the file, where they stand there in this version; else -1."""
    if known is None or not len(known["marks"]):
        return np.full(len(marks), -1, np.int64)
    order = known["order"]
    places = np.searchsorted(known["marks"], marks, sorter=order)
    rows = order[np.minimum(places, len(order) - 1)]
    alike = (known["marks"][rows] == marks) & (known["versions"][rows] == versions)
    return np.where(alike, rows, -1)


def _seconds(end: datetime | None) -> int:
    return NEVER if end is None else int(end.timestamp())


def _write_part(
    path: Path, session: Session, until: dict[str, int], hierarchy: Hierarchy, key: bytes
) -> None:
    """Read some thousand people into a file of their own; `until` when each one's consent ends."""
    query = select(VERSION.c.person, VERSION.c.number, VERSION.c.profile).where(
        VERSION.c.current, among(VERSION.c.person, list(until))
    )
    read = session.execute(query).all()
    profiles = [replace(decode(profile), person=name) for name, _, profile in read]
    with arrays.writing(path) as writer:
        saved.write(writer, [build_index(profiles, hierarchy)])
        marks = np.array([mark(name, key) for name, _, _ in read], np.uint64)
        writer.add("marks", np.uint64, [marks])
        writer.add("until", np.int64, [np.array([until[name] for name, _, _ in read], np.int64)])
        writer.add("versions", np.int32, [np.array([number for _, number, _ in read], np.int32)])


def _join(
    writer: arrays.Writer,
    known: Arrays | None,
    present: Present,
    parts: Sequence[Arrays],
    moment: Moment,
) -> int:
    indexes = [saved.read(part) for part in parts]
    columns = list(parts)
    if known is not None:
        indexes.insert(0, selected(saved.read(known), present.rows))
        old = {name: known[name][present.rows] for name in ("marks", "versions")}
        columns.insert(0, {**old, "until": present.ends})
    saved.write(writer, indexes)
    for name, kind in (("marks", np.uint64), ("until", np.int64), ("versions", np.int32)):
        writer.add(name, kind, (some[name] for some in columns))
    nobody = np.zeros(0, np.uint64)
    marks = np.concatenate([nobody, *(some["marks"] for some in columns)])
    writer.add("order", np.int32, [np.argsort(marks)])
    writer.add("everybody", np.uint8, [np.frombuffer(Sketch.of(marks).write(), np.uint8)])
    writer.add_json("moment", {**asdict(moment), "at": moment.at.isoformat()})
    return len(marks)
