"""Members come by their community's sign-in: linked by the verified subject, by nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from sqlalchemy import Engine, func, select

from recruit.actions.communities import add_community
from recruit.actions.membership import set_provider
from recruit.core.db import reading
from recruit.core.errors import WrongUsage
from recruit.people.communities.providers import Provider as Kept
from recruit.people.communities.tables import MEMBER, PROVIDER
from recruit.people.tables import PARTICIPANT
from tests.erasing import SECRETS, erase
from tests.functional.web.identity_provider import CLIENT, SECRET, SUBJECT, Provider, running
from tests.joining import EMAIL, Joiner, Place, code_in, place
from tests.web_world import BASE_URL, csrf

START = "/join/carers"


@dataclass(frozen=True)
class House:
    """A service whose community `carers` has a provider of its own."""

    here: Place
    provider: Provider

    def come(self, client: FlaskClient, name: str = "carers") -> tuple[int, str]:
        """To the provider and back; the status, and where that leads."""
        answer = client.get(f"/join/{name}/sign-in")
        assert answer.status_code == 302, answer.text
        back = requests.get(answer.headers["Location"], allow_redirects=False, timeout=5)
        answer = client.get(back.headers["Location"].removeprefix(BASE_URL))
        return answer.status_code, answer.headers.get("Location", "")

    def count(self, table: object = PARTICIPANT) -> int:
        with reading(self.here.engine) as session:
            return session.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]  # a table


@pytest.fixture
def house(tmp_path: Path, sqlite_engine: Engine) -> Iterator[House]:
    here = place(tmp_path, sqlite_engine)
    with running() as provider:
        add_community(here.engine, name="carers", actor="test")
        service = here.app.extensions["recruit"]
        kept = Kept("carers", provider.issuer, CLIENT, SECRET)
        set_provider(here.engine, service.secrets, kept, actor="test", loopback=True)
        yield House(here, provider)


def joined(house: House) -> Joiner:
    """Somebody who came by the provider, chose, and showed the code."""
    joiner = house.here.joiner()
    assert house.come(joiner.client) == (302, START)
    page = joiner.ask(start=START)
    answer = joiner.show(page, code_in(house.here.post()[0]))
    assert answer.status_code == 302
    return joiner


def test_the_first_time_nobody_is_joined_and_then_the_subject_opens_the_space(house: House) -> None:
    client = house.here.app.test_client()
    assert house.come(client) == (302, START)
    assert (house.count(), client.get("/me").status_code) == (0, 302)
    joined(house)
    other = house.here.app.test_client()
    assert house.come(other) == (302, "/me")
    assert other.get("/me").status_code == 200
    assert house.count() == 1


def test_the_subject_is_kept_as_a_digest_alone(house: House) -> None:
    joined(house)
    with reading(house.here.engine) as session:
        assert SUBJECT not in str(session.execute(select(MEMBER)).all())
        assert SECRET not in str(session.execute(select(PROVIDER)).all())


def test_an_erasure_ends_the_link(house: House) -> None:
    joined(house)
    with reading(house.here.engine) as session:
        person = session.scalars(select(MEMBER.c.person)).one()
    erase(house.here.engine, person)
    assert house.count(MEMBER) == 0
    assert house.come(house.here.app.test_client()) == (302, START)


def test_an_email_claim_lets_nobody_in_and_joins_nobody(house: House) -> None:
    house.here.joined()  # somebody takes part with EMAIL, without the community
    before = house.count()
    house.provider.claims = {"sub": "somebody-else", "email": EMAIL, "email_verified": True}
    house.provider.about = {"sub": "somebody-else", "email": EMAIL}
    client = house.here.app.test_client()
    assert house.come(client) == (302, START)
    assert client.get("/me").status_code == 302
    assert (house.count(), house.count(MEMBER)) == (before, 0)


@pytest.mark.parametrize(
    "bent",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"iss": "https://elsewhere.example.org"},
        {"exp": 1},
        {"sub": None},
        {"sub": 7},
    ],
)
def test_what_is_bent_is_refused(house: House, bent: dict[str, object]) -> None:
    house.provider.bent = bent
    client = house.here.app.test_client()
    assert house.come(client)[0] == 422
    with client.session_transaction() as kept:
        assert "vouched" not in kept


def test_a_token_under_another_key_is_refused(house: House) -> None:
    house.provider.signing = RSAKey.generate_key(2048, {"kid": "one"})
    assert house.come(house.here.app.test_client())[0] == 422


def test_an_answer_without_the_browser_that_asked_is_refused(house: House) -> None:
    client = house.here.app.test_client()
    answer = client.get("/join/carers/sign-in")
    back = requests.get(answer.headers["Location"], allow_redirects=False, timeout=5)
    where = back.headers["Location"].removeprefix(BASE_URL)
    assert house.here.app.test_client().get(where).status_code == 422
    assert house.provider.asked["code_challenge_method"] == "S256"
    assert {"state", "nonce"} <= set(house.provider.asked)


def test_what_one_community_vouched_for_counts_in_no_other(house: House) -> None:
    add_community(house.here.engine, name="others", actor="test")
    joiner = house.here.joiner()
    house.come(joiner.client)
    page = joiner.ask(start="/join/others")
    joiner.show(page, code_in(house.here.post()[0]))
    assert (house.count(), house.count(MEMBER)) == (1, 0)
    assert joiner.client.get("/join/others/sign-in").status_code == 404


def test_who_takes_part_already_links_it_by_their_own_yes(house: House) -> None:
    joiner = house.here.joined()
    page = f"{START}/sign-in/link"
    assert house.come(joiner.client) == (302, page)
    assert house.count(MEMBER) == 0
    assert "Yes, link them" in joiner.client.get(page).text
    sent = {"csrf_token": csrf(joiner.client, page)}
    assert joiner.client.post(page, data=sent).headers["Location"] == "/me"
    other = house.here.app.test_client()
    assert house.come(other) == (302, "/me")


def test_a_provider_in_our_own_network_is_not_taken(sqlite_engine: Engine) -> None:
    add_community(sqlite_engine, name="carers", actor="test")
    with pytest.raises(WrongUsage):
        set_provider(
            sqlite_engine, SECRETS, Kept("carers", "https://127.0.0.1/", "us", "s"), actor="test"
        )
