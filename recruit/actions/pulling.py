"""A community's people are fetched from its own server: by pages, when they are due, and resumed.

No transaction is open while a page is fetched. What comes is imported as what is pushed: with
evidence, under what is agreed, and the same again changes nothing.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.people import Import, ImportReport
from recruit.actions.pushing import take_people
from recruit.actions.visits.ending import Voice
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import WrongUsage
from recruit.core.fetching import Fetched
from recruit.core.files import JSON_LINES, Line, Record
from recruit.core.i18n import N_
from recruit.core.keys import Secrets
from recruit.core.outbound import Undelivered, check_address
from recruit.people.communities import pulls, register
from recruit.people.communities.pulls import Outcome, Page, Run, Source
from recruit.terminology.lexicon import Lexicon

ACTOR: Final = "job"
MOST_PAGES: Final = 10_000  # of one run in one process: a list that never ends is none
ACCEPT: Final = "application/x-ndjson, application/json"
GONE: Final = frozenset({"status 404", "status 410"})

Fetch = Callable[[str, Mapping[str, str]], Fetched | None]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Puller:
    """What fetching needs: where people are kept, how they are read, and how pages are had."""

    engine: Engine
    lexicon: Lexicon
    secrets: Secrets
    voice: Voice
    fetch: Fetch

    def pull_due(self) -> int:
        """Fetch from every community whose turn it is; how many people came or changed."""
        news = 0
        while True:
            with unit_of_work(self.engine) as session:
                run = pulls.claim(session, self.secrets.vault, now())
            if run is None:
                return news
            news += self._run(run)

    def _run(self, run: Run) -> int:
        page, news = run.page or run.url, 0
        etag = run.etag if run.page is None else None
        for _ in range(MOST_PAGES):
            try:
                fetched = self.fetch(page, _headers(run, etag))
                records = None if fetched is None else _records(fetched)
            except (Undelivered, WrongUsage) as problem:
                self._failed(run, str(problem.fields.get("problem", "no such address")), page)
                return news
            if fetched is None or records is None:
                self._unchanged(run)
                return news
            following = None if fetched.following == page else fetched.following
            said = self._taken(run, records)
            news += said.new + said.changed
            if not self._turned(run, said, fetched, following, first=page == run.url):
                return news
            if following is None:
                return news
            page, etag = following, None
        self._failed(run, "too many pages", page)
        return news

    def _taken(self, run: Run, records: list[Line | Record]) -> ImportReport:
        with reading(self.engine) as session:
            mapping = register.mapping_of(session, run.community)
        return take_people(
            self.engine,
            self.lexicon,
            records,
            of=Import(run.community, ACTOR, mapping),
            secrets=self.secrets,
            voice=self.voice,
        )

    def _turned(
        self, run: Run, said: ImportReport, fetched: Fetched, following: str | None, *, first: bool
    ) -> bool:
        page = Page(said.new, said.changed, said.unchanged, len(said.refusals))
        with unit_of_work(self.engine) as session:
            held = pulls.turn(session, run, page, fetched.etag if first else None, following)
            if held and following is None:
                _record(session, run, Outcome.FETCHED)
            return held

    def _unchanged(self, run: Run) -> None:
        with unit_of_work(self.engine) as session:
            pulls.unchanged(session, run)

    def _failed(self, run: Run, problem: str, page: str) -> None:
        log.warning("community %s could not be fetched: %s", run.community, problem)
        with unit_of_work(self.engine) as session:
            # A page that is gone leads nowhere any more: the next run begins at the first.
            anew = problem in GONE and page != run.url
            if pulls.failed(session, run, problem, anew=anew):
                _record(session, run, Outcome.FAILED)


def set_pull(
    engine: Engine, keyring: Keyring, *, community: str, source: Source, actor: str
) -> None:
    """Fetch the community's people from `source`; its key goes as a bearer token.

    Raises:
        NotFound: the community is not known.
        WrongUsage: nothing is fetched from such an address, or so often.
    """
    check_address(source.url)
    with unit_of_work(engine) as session:
        register.must_know(session, community)
        pulls.set_pull(session, keyring, community, source)
        trail.record(session, Tag.PULL_SET, actor=actor, subject=f"community {community}")


def forget_pull(engine: Engine, *, community: str, actor: str) -> None:
    """Fetch nothing of the community any more.

    Raises:
        NotFound: the community is not known.
        WrongUsage: nothing is fetched as it is.
    """
    with unit_of_work(engine) as session:
        register.must_know(session, community)
        if not pulls.forget_pull(session, community):
            raise WrongUsage(N_("Nothing is fetched from this community."))
        trail.record(session, Tag.PULL_FORGOTTEN, actor=actor, subject=f"community {community}")


def hurry(engine: Engine, *, community: str) -> None:
    """Let the next run begin with the next tick.

    Raises:
        NotFound: the community is not known.
        WrongUsage: nothing is fetched.
    """
    with unit_of_work(engine) as session:
        register.must_know(session, community)
        if not pulls.hurry(session, community):
            raise WrongUsage(N_("Nothing is fetched from this community."))


def _headers(run: Run, etag: str | None) -> dict[str, str]:
    headers = {"Accept": ACCEPT, "User-Agent": "recruit"}
    if run.key:
        headers["Authorization"] = f"Bearer {run.key}"
    if etag:
        headers["If-None-Match"] = etag
    return headers


def _records(fetched: Fetched) -> list[Line | Record]:
    """The people of a page: JSON Lines, a JSON list, or an object with the list `people`.

    Raises:
        WrongUsage: it is none of these.
    """
    if fetched.kind in JSON_LINES:
        lines = enumerate(fetched.body.split(b"\n"), 1)
        return [Line(f"line {number}", line) for number, line in lines if line.strip()]
    try:
        value: Any = json.loads(fetched.body)
    except (ValueError, RecursionError) as error:
        raise Undelivered(problem="no JSON") from error
    people = value.get("people") if isinstance(value, dict) else value
    if not isinstance(people, list):
        raise Undelivered(problem="no list of people")
    return [Record(f"record {number}", person) for number, person in enumerate(people, 1)]


def _record(session: Session, run: Run, outcome: Outcome) -> None:
    told = pulls.pull_of(session, run.community)
    counts = f"{told.new} new, {told.changed} changed, {told.refused} refused" if told else ""
    trail.record(
        session,
        Tag.PULLED,
        actor=ACTOR,
        subject=f"community {run.community}",
        new=f"{outcome.value}: {counts}",
    )
