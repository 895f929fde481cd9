"""People are fetched: by pages, with ETag, resumed, bounded, and from nowhere of our own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, update

from recruit.actions.pulling import Fetch, Puller
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.fetching import Fetched, Fetcher
from recruit.people import store
from recruit.people.communities import pulls
from recruit.people.communities.pulls import Outcome, Pull, Source
from recruit.people.communities.tables import PULL
from recruit.people.tables import PARTICIPANT
from recruit.terminology.lexicon import Lexicon
from tests.community_server import Answer, CommunityServer, running
from tests.erasing import SECRETS
from tests.functional.samples import person
from tests.outreach import VOICE

LOCAL = Fetcher(loopback=True)


@pytest.fixture
def there() -> Iterator[CommunityServer]:
    with running() as answering:
        yield answering


@dataclass(frozen=True)
class Here:
    """Our side, which fetches from `/people` of the community's server."""

    engine: Engine
    lexicon: Lexicon

    def pull(self, fetch: Fetch = LOCAL) -> int:
        """Fetch what is due."""
        return Puller(self.engine, self.lexicon, SECRETS, VOICE, fetch).pull_due()

    def again(self, fetch: Fetch = LOCAL) -> int:
        """The same when its time has come once more."""
        with unit_of_work(self.engine) as session:
            session.execute(update(PULL).values(due_at=now()))
        return self.pull(fetch)

    def last(self) -> Pull:
        with reading(self.engine) as session:
            found = pulls.pull_of(session, "carers")
        assert found
        return found

    def people(self) -> int:
        with reading(self.engine) as session:
            return session.execute(select(func.count()).select_from(PARTICIPANT)).scalar_one()


def set_up(engine: Engine, url: str, key: str = "") -> None:
    with unit_of_work(engine) as session:
        store.know_community(session, "carers")
        pulls.set_pull(session, SECRETS.vault, "carers", Source(url, 60, key))


@pytest.fixture
def here(engine: Engine, lexicon: Lexicon, there: CommunityServer) -> Here:
    set_up(engine, f"{there.url}/people", "their key")
    return Here(engine, lexicon)


def test_pages_are_followed_to_the_last(here: Here, there: CommunityServer) -> None:
    there.show("/people", [person("a"), person("b")], "/people?page=2", ETag='"one"')
    there.show("/people?page=2", {"people": [person("c"), person("child", birth_date="2015")]})
    assert here.pull() == 3
    assert there.paths() == ["/people", "/people?page=2"]
    assert {headers["Authorization"] for _, headers in there.asked} == {"Bearer their key"}
    last = here.last()
    assert (last.outcome, last.pages, last.new, last.refused) == (Outcome.FETCHED, 2, 3, 1)
    assert last.due_at > now() + timedelta(minutes=59)
    assert here.pull() == 0  # it is nobody's turn


def test_what_has_not_changed_is_not_sent_again(here: Here, there: CommunityServer) -> None:
    there.show("/people", [person("a")], ETag='"one"')
    here.pull()
    assert here.again() == 0
    assert there.asked[-1][1]["If-None-Match"] == '"one"'
    assert here.last().outcome is Outcome.UNCHANGED
    there.show("/people", [person("a"), person("b")], ETag='"two"')
    assert here.again() == 1
    last = here.last()
    assert (last.new, last.unchanged) == (1, 1)


def test_a_run_that_broke_off_goes_on_where_it_was(here: Here, there: CommunityServer) -> None:
    there.show("/people", [person("a")], "/people?page=2", ETag='"one"')
    there.pages["/people?page=2"] = Answer(status=500)
    here.pull()
    assert (here.people(), here.last().problem) == (1, "status 500")
    there.show("/people?page=2", [person("b")])
    there.asked.clear()
    assert here.again() == 1
    assert there.paths() == ["/people?page=2"]
    assert (here.last().outcome, here.last().new, here.last().failures) == (Outcome.FETCHED, 2, 0)
    assert here.again() == 0
    assert here.last().outcome is Outcome.UNCHANGED  # the first page's ETag stands for the list


def test_an_etag_of_a_broken_run_is_not_kept(here: Here, there: CommunityServer) -> None:
    there.show("/people", [person("a")], "/people?page=2", ETag='"one"')
    here.pull()  # the second page is not there
    assert here.last().problem == "status 404"
    there.show("/people?page=2", [person("b")])
    there.asked.clear()
    assert here.again() == 1
    assert there.paths() == ["/people", "/people?page=2"]  # a page that is gone: from the first one
    assert "If-None-Match" not in there.asked[0][1]


def test_failures_make_pauses_that_grow(here: Here, there: CommunityServer) -> None:
    there.pages["/people"] = Answer(status=503)
    pauses = []
    for _ in range(8):
        here.again()
        pauses.append(round((here.last().due_at - now()) / timedelta(minutes=1)))
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (Answer(b"<html>"), "no JSON"),
        (Answer(b"[" * 1_900), "no JSON"),
        (Answer(b"7"), "no list of people"),
        (Answer(b"[" + b" " * 3000 + b"]"), "too large"),
        (
            Answer(status=302, headers={"Location": "https://elsewhere.example.org/"}),
            "leads to another host",
        ),
        (Answer(status=302, headers={"Location": "//127.0.0.1:1/"}), "leads to another host"),
        (Answer(status=302, headers={"Location": "/people"}), "too many redirects"),
        (Answer(headers={"Link": f'</{"x" * 600}>; rel="next"'}), "address too long"),
        (
            Answer(headers={"Link": '<http://169.254.169.254/>; rel="next"'}),
            "leads to another host",
        ),
    ],
)
def test_what_is_no_page_of_theirs_is_not_taken(
    here: Here, there: CommunityServer, answer: Answer, problem: str
) -> None:
    there.pages["/people"] = answer
    assert here.pull(Fetcher(loopback=True, largest=2000)) == 0
    assert (here.last().outcome, here.last().problem, here.people()) == (Outcome.FAILED, problem, 0)


def test_a_redirect_on_the_same_host_is_followed(here: Here, there: CommunityServer) -> None:
    there.pages["/people"] = Answer(status=307, headers={"Location": "/members"})
    there.show("/members", [person("a")])
    assert here.pull() == 1


def test_a_page_that_leads_to_itself_is_the_last(here: Here, there: CommunityServer) -> None:
    there.show("/people", [person("a")], "/people")
    assert here.pull() == 1
    assert there.paths() == ["/people"]


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "64:ff9b::a00:1", "fd00::1"]
)
def test_nothing_is_fetched_from_our_own_network(
    engine: Engine, lexicon: Lexicon, address: str
) -> None:
    set_up(engine, "https://rebound.example.org/people")
    here = Here(engine, lexicon)
    assert here.pull(Fetcher(lambda _: [address])) == 0
    assert here.last().problem == "not a public address"


def test_who_lost_the_run_meanwhile_writes_nothing_of_it(here: Here) -> None:
    def slow(_url: str, _headers: Mapping[str, str]) -> Fetched:
        with unit_of_work(here.engine) as session:  # would wait for an open transaction
            session.execute(update(PULL).values(run=PULL.c.run + 1))
        return Fetched(b"[]", "application/json", None, None)

    here.pull(slow)
    assert here.last().ended_at is None


def test_a_key_is_kept_sealed_and_only_for_its_address(here: Here, there: CommunityServer) -> None:
    with unit_of_work(here.engine) as session:
        kept = str(session.execute(select(PULL)).all())
        pulls.set_pull(session, SECRETS.vault, "carers", Source(f"{there.url}/people", 30))
    assert "their key" not in kept
    assert here.last().has_key
    with unit_of_work(here.engine) as session:
        pulls.set_pull(session, SECRETS.vault, "carers", Source(f"{there.url}/others", 30))
    assert not here.last().has_key
