"""Before somebody lets a site know who they are, no page and no file of the staff says it.

Each item of their vault holds a word that is nowhere else, and every address is asked for by
everybody who may come to it: what is new is in here by being there.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Final

import pytest
from flask.testing import FlaskClient
from pypdfium2 import PdfiumError
from sqlalchemy import Engine, func, insert, select, update
from sqlmodel import col
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from recruit.actions.accounts import add_account, assign_trial
from recruit.actions.outreach import words
from recruit.actions.outreach.answer_table import ANSWER, Answer, How
from recruit.actions.safety.tables import CASE
from recruit.actions.visits.sites import release
from recruit.actions.words_table import CONVERSATION
from recruit.consent import ledger
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.people import organisations
from recruit.people.accounts import Role
from recruit.people.organisations import Organisation, OrganisationKind
from recruit.people.vault import Item
from recruit.referrals import paths
from recruit.referrals.paths import State
from recruit.terminology.lexicon import Lexicon
from recruit.trials import centres
from recruit.trials.posting.tables import POSTING
from recruit.web.access import declared
from tests.asking import Invited, invited
from tests.browser.test_outreach_way import SITE
from tests.letters import texts
from tests.outreach import OWN, VAULT, agreement
from tests.web_world import CHEAP, PASSWORD, World

CANARIES: Final = {
    Item.NAME: "Zqxname Zqxfamily",
    Item.EMAIL: "zqxemail@example.org",
    Item.PHONE: "+33639981793",
    Item.ADDRESS: "17 rue Zqxaddress\n75012 Paris",
    Item.BIRTH_DATE: "1975-03-17",
}
SIGNS: Final = (
    "zqxname",
    "zqxfamily",
    "zqxemail",
    "zqxaddress",
    "639981793",
    "639 98 17 93",
    "39 98 17 93",
    "1975-03-17",
    "17/03/1975",
)
TEXT: Final = "Depuis hier j’ai des vertiges et je vomis. Que dois-je faire ?"
SPONSOR, CENTRE = "Example University", "Hôpital Saint-Exemple"
NUMBERS: Final = (1, 2, 3)
# A call is made by the operator's own staff, who must know whom they call; each look is on record.
# The letters of a batch are what the print house gets.
NAMED_FOR_A_REASON: Final = ("/calls", "/slips", "/letters")
STAFF: Final = {
    "coordinator@own.example.org": (Role.COORDINATOR, ""),
    "coordinator@sponsor.example.org": (Role.COORDINATOR, SPONSOR),
    "nurse@centre.example.org": (Role.COORDINATOR, CENTRE),
    "sponsor@sponsor.example.org": (Role.SPONSOR, SPONSOR),
    "admin@own.example.org": (Role.ADMINISTRATOR, ""),
}


@dataclass(frozen=True)
class Here:
    """Somebody who was invited, said yes, answered the questions, and chose a site."""

    invited: Invited
    match: int

    def known(self, kind: BaseConverter) -> tuple[str, ...]:
        """What stands in addresses: the numbers of what there is of this person and study."""
        if isinstance(kind, AnyConverter):
            return tuple(sorted(kind.items))
        if isinstance(kind, IntegerConverter):
            return tuple(map(str, NUMBERS))
        study = self.invited.study
        return (study.posting, study.trial)

    def addresses(self, role: Role) -> Iterator[str]:
        """Every address that somebody with a role may ask for."""
        app = self.invited.app
        for rule in app.url_map.iter_rules():
            roles = declared(app.view_functions[rule.endpoint]) or frozenset()
            if role in roles and "GET" in (rule.methods or ()):
                yield from self._of(rule)

    def _of(self, rule: Rule) -> Iterator[str]:
        kinds: Mapping[str, BaseConverter] = rule._converters  # noqa: SLF001 - shown nowhere else
        for values in product(*(self.known(each) for each in kinds.values())):
            made = rule.build(dict(zip(kinds, values, strict=True)))
            if made and not made[1].startswith(NAMED_FOR_A_REASON):
                yield made[1]


@pytest.fixture
def here(tmp_path: Path, sqlite_engine: Engine, lexicon: Lexicon) -> Here:
    found = invited(tmp_path, sqlite_engine, lexicon)
    engine, person, trial = found.engine, found.person, found.study.trial
    with unit_of_work(engine) as session:
        for name, kind in (
            (SPONSOR, OrganisationKind.SPONSOR),
            (CENTRE, OrganisationKind.CENTRE),
        ):
            made = organisations.add(session, name, kind)
            if kind is OrganisationKind.CENTRE:
                centres.assign(session, found.study.posting, SITE, made)
        VAULT.keep(session, {person: CANARIES})
        said = {"trial": trial, "person": person, "answer": Answer.YES.value, "by": "own link"}
        session.execute(insert(ANSWER), {**said, "how": How.PAGE.value, "at": now()})
        path = paths.begin(session, trial, person, now(), "own link")
        path = paths.step(session, path, State.PRESCREENED, now(), "own link")
        paths.choose(session, path, site=SITE, way="phone", times=("morning",))
        words.hear(
            session,
            found.place.keyring,
            person=person,
            trial=trial,
            channel=Channel.EMAIL,
            text=TEXT,
            at=now() - timedelta(hours=1),
        )
    for email, (role, where) in STAFF.items():
        add_account(
            engine,
            email=email,
            role=role,
            password=PASSWORD,
            actor="test",
            organisation=where,
            cost=CHEAP,
        )
    assign_trial(engine, trial=trial, organisation=SPONSOR, actor="test")
    with unit_of_work(engine) as session:
        whose = (
            select(col(Organisation.id)).where(col(Organisation.name) == SPONSOR).scalar_subquery()
        )
        session.execute(update(POSTING).values(organisation=whose))
    return Here(found, 1)


def enter(here: Here, email: str) -> FlaskClient:
    return World(here.invited.app, here.invited.engine, {}).enter(email)


@pytest.mark.parametrize("email", list(STAFF))
def test_no_answer_to_the_staff_names_somebody_before_the_release(here: Here, email: str) -> None:
    told, pages = walk(here, email)
    assert told == []
    assert pages > 10


def test_the_site_is_told_after_the_release(here: Here) -> None:
    """So the walk does find a name where there is one."""
    engine, person, trial = here.invited.engine, here.invited.person, here.invited.study.trial
    with unit_of_work(engine) as session:
        ledger.grant(session, [(person, agreement(release(trial, SITE)))], OWN)
        path = paths.held(session, trial, person)
        paths.step(session, path, State.RELEASED, now(), "own link", site=SITE)
    told, _ = walk(here, "nurse@centre.example.org")
    assert {address for address, _ in told} == {f"/referrals/{path.number}"}


def test_there_is_somebody_to_be_named(here: Here) -> None:
    """The world of these tests has words, flagged ones, a path and a match."""
    with reading(here.invited.engine) as session:
        for table in (CONVERSATION, CASE):
            assert session.scalar(select(func.count()).select_from(table)) == 1
    own = enter(here, "coordinator@own.example.org")
    for page in ("/review", "/referrals", "/inbox", "/safety"):
        assert here.invited.person in own.get(page).text, page


def walk(here: Here, email: str) -> tuple[list[tuple[str, str]], int]:
    """Where somebody of the staff reads a sign of the person, and how many pages there were."""
    client = enter(here, email)
    told, pages = [], 0
    for address in sorted(set(here.addresses(STAFF[email][0])) - {"/logout"}):
        answer = client.get(address)
        pages += answer.status_code == 200
        whole = _all_of(answer)
        told += [(address, each) for each in SIGNS if each in whole]
        answer.close()
    return told, pages


def _all_of(answer: object) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers)  # type: ignore[attr-defined]
    body: bytes = answer.data  # type: ignore[attr-defined]
    return f"{headers}\n{_words_of(body)}".lower()


def _words_of(body: bytes) -> str:
    """What a reader sees; a PDF packs its text, so that a name is not found in its bytes."""
    if body.startswith(b"%PDF"):
        with suppress(PdfiumError):  # a document that somebody handed in may be any bytes
            return "\n".join(texts(body))
    return body.decode("utf-8", "replace")
