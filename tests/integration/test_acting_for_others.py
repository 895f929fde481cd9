"""Relatives and guardians: asked, accepted, confirmed, and forgotten."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from recruit.actions import invitations, representatives
from recruit.actions.invitations import Guardianship, Invitation
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound, Refusal, WrongUsage
from recruit.notify.letter import Letter
from recruit.people import accounts, codes
from recruit.people.account_tables import Account
from recruit.people.codes import Problem
from recruit.people.contact_points import ContactPoint
from recruit.people.representatives import Kind, Powers, Representation, State, of_person
from recruit.people.vault import Item, Vault
from tests.joining import code_in, post_of
from tests.own_space import LINKS, RING, participant, vault_of

RELATIVE = ContactPoint(Item.EMAIL, "dominique@example.org")


@pytest.fixture
def camille(engine: Engine) -> str:
    return participant(engine)


def token_in(letter: Letter) -> str:
    return letter.text.partition("https://here.example/")[2].split()[0]


# ---------------------------------------------------------------- acting for others
def asked(engine: Engine, person: str) -> Representation:
    return invitations.invite(
        engine,
        RING,
        person=person,
        invitation=Invitation(RELATIVE, "Camille", "en"),
        powers=Powers.ACT,
        links=LINKS.code,
        actor="account 1",
    )


def taken(engine: Engine) -> Account:
    [letter] = post_of(engine, RING)
    code = code_in(letter)
    found = invitations.accept(engine, RING, token_in(letter), code, "Dominique")
    assert isinstance(found, Account)
    return found


def state(engine: Engine, person: str, on: date | None = None) -> State:
    with reading(engine) as session:
        return of_person(session, person)[0].state(on or now().date())


def test_a_relative_is_asked_accepts_and_is_confirmed(engine: Engine, camille: str) -> None:
    link = asked(engine, camille)
    states = [state(engine, camille)]
    account = taken(engine)
    states.append(state(engine, camille))
    representatives.confirm(engine, person=camille, link=link.id, actor="account 1")
    states.append(state(engine, camille))
    assert states == [State.INVITED, State.ACCEPTED, State.LIVE]
    assert account.role is accounts.Role.REPRESENTATIVE
    assert vault_of(engine, account.pseudonym or "")[Item.EMAIL] == RELATIVE.where


def test_each_deed_leaves_its_row(engine: Engine, camille: str) -> None:
    link = asked(engine, camille)
    taken(engine)
    representatives.confirm(engine, person=camille, link=link.id, actor="account 1")
    representatives.end(engine, person=camille, link=link.id, actor="account 1")
    with reading(engine) as session:
        rows = trail.about(session, camille)
    assert [row["tag"] for row in rows] == [
        Tag.REPRESENTATIVE_INVITED,
        Tag.REPRESENTATIVE_ACCEPTED,
        Tag.REPRESENTATIVE_CONFIRMED,
        Tag.REPRESENTATIVE_ENDED,
    ]
    assert all("dominique" not in repr(dict(row)).lower() for row in rows)


def test_a_representative_without_any_link_is_forgotten(engine: Engine, camille: str) -> None:
    link = asked(engine, camille)
    account = taken(engine)
    representatives.end(engine, person=camille, link=link.id, actor="account 1")
    assert vault_of(engine, account.pseudonym or "") == {}
    with reading(engine) as session:
        assert session.get(Account, account.id) is None


@pytest.mark.parametrize(
    ("reference", "until"),
    [("", None), ("x" * 201, None), ("a\nb", None), ("TJ 26/1", date(2020, 1, 1))],
)
def test_a_guardianship_without_proof_or_time_is_refused(
    engine: Engine, camille: str, reference: str, until: date | None
) -> None:
    with pytest.raises(Refusal):
        invitations.record_guardian(
            engine,
            RING,
            person=camille,
            invitation=Invitation(RELATIVE, "Camille", "en"),
            guardianship=Guardianship(reference, until),
            links=LINKS.code,
            actor="cli",
        )
    assert post_of(engine, RING) == []


def test_a_minors_guardian_is_written_down_with_the_birthday(engine: Engine, camille: str) -> None:
    born = now().date().replace(year=now().year - 17, day=1)
    with unit_of_work(engine) as session:
        Vault(RING).keep(session, {camille: {Item.BIRTH_DATE: born.isoformat()}})
    link = invitations.record_guardian(
        engine,
        RING,
        person=camille,
        invitation=Invitation(RELATIVE, "Camille", "en"),
        guardianship=Guardianship("TJ 26/1"),
        links=LINKS.code,
        actor="cli",
    )
    taken(engine)
    assert link.kind is Kind.GUARDIAN
    assert link.blocked_from == born.replace(year=born.year + 18)
    assert state(engine, camille) is State.LIVE
    assert state(engine, camille, link.blocked_from) is State.BLOCKED
    with pytest.raises(NotFound):
        representatives.allow(engine, RING, person="P-00000000", link=link.id, actor="account 1")


def guardian(engine: Engine, person: str, reference: str = "TJ 26/1") -> Representation:
    return invitations.record_guardian(
        engine,
        RING,
        person=person,
        invitation=Invitation(RELATIVE, "Camille", "en"),
        guardianship=Guardianship(reference),
        links=LINKS.code,
        actor="cli",
    )


def test_a_guardian_who_has_not_answered_is_asked_again(engine: Engine, camille: str) -> None:
    first = guardian(engine, camille)
    second = guardian(engine, camille, "TJ 26/2")
    assert (second.id, second.reference) == (first.id, "TJ 26/2")
    old, new = post_of(engine, RING)
    answer = invitations.accept(engine, RING, token_in(old), code_in(old), "Dominique")
    assert answer is Problem.UNKNOWN
    answer = invitations.accept(engine, RING, token_in(new), code_in(new), "Dominique")
    assert isinstance(answer, Account)
    with reading(engine) as session:
        assert len(of_person(session, camille)) == 1


def test_a_lapsed_invitation_of_a_guardian_is_known_by_the_document(
    engine: Engine, camille: str
) -> None:
    first = guardian(engine, camille)
    with unit_of_work(engine) as session:
        codes.purge(session, now() + timedelta(days=8))
    assert guardian(engine, camille).id == first.id
    assert len(post_of(engine, RING)) == 2


def test_a_guardian_who_has_accepted_is_not_recorded_twice(engine: Engine, camille: str) -> None:
    link = guardian(engine, camille)
    taken(engine)
    with pytest.raises(WrongUsage) as refused:
        guardian(engine, camille)
    assert f"recorded as {link.id} already" in refused.value.say("en")
    assert post_of(engine, RING) == []
    with reading(engine) as session:
        assert [each.id for each in of_person(session, camille)] == [link.id]


def test_nobody_gets_a_guardian_who_is_not_there(engine: Engine, camille: str) -> None:
    del camille
    with pytest.raises(NotFound):
        invitations.record_guardian(
            engine,
            RING,
            person="P-00000000",
            invitation=Invitation(RELATIVE, "Camille", "en"),
            guardianship=Guardianship("TJ 26/1"),
            links=LINKS.code,
            actor="cli",
        )
