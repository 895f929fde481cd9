"""Every word that came in: sealed, read by those it is for, and gone with its person."""

import pytest
from sqlalchemy import Engine, func, select

from recruit.actions.export import export_person
from recruit.actions.outreach import words
from recruit.actions.safety import noticing
from recruit.actions.vault import rotate_vault
from recruit.actions.words_table import HEARD
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import SealBroken
from recruit.people import organisations
from recruit.people.organisations import OrganisationKind
from recruit.terminology.lexicon import Lexicon
from recruit.trials import tenants
from tests.outreach import RING, Study, matched, study, willing

STAFF = "account 7"


def strange(engine: Engine, text: str, ring: Keyring = RING) -> int:
    words.hear_strange(engine, ring, Channel.SMS, "+33639980077", text, now(), f"SM {text}")
    with reading(engine) as session:
        return int(session.execute(select(func.max(HEARD.c.id))).scalar_one())


def hear(engine: Engine, text: str, person: str, trial: str | None = None) -> int:
    with unit_of_work(engine) as session:
        return words.hear(
            session,
            RING,
            person=person,
            trial=trial,
            channel=Channel.SMS,
            text=text,
            at=now(),
        )


def waiting(engine: Engine, tenant: int | None = None, page: int = 1) -> list[str]:
    with reading(engine) as session:
        return [each.text for each in words.unread(session, RING, tenant, page).items]


@pytest.fixture
def here(engine: Engine, lexicon: Lexicon) -> Study:
    return study(engine, lexicon)


@pytest.fixture
def tenant(engine: Engine, here: Study) -> int:
    """An organisation whose trial it is."""
    with unit_of_work(engine) as session:
        made = organisations.add(session, "Example University", OrganisationKind.SPONSOR)
        tenants.assign(session, here.trial, made)
        assert made.id is not None
        return made.id


def test_what_is_heard_waits_the_oldest_first(engine: Engine) -> None:
    person = willing(engine)
    for text in ("un", "deux", "trois"):
        hear(engine, text, person)
    assert waiting(engine) == ["un", "deux", "trois"]


def test_words_are_not_found_in_the_table(engine: Engine) -> None:
    hear(engine, "un secret", willing(engine))
    with reading(engine) as session:
        row = session.execute(select(HEARD)).mappings().one()
    assert "secret" not in str(dict(row))


def test_words_do_not_open_in_another_place(engine: Engine) -> None:
    one, two = (hear(engine, text, willing(engine, text)) for text in ("ada", "ben"))
    with unit_of_work(engine) as session:
        sealed = select(HEARD.c.sealed).where(HEARD.c.id == one).scalar_subquery()
        session.execute(HEARD.update().where(HEARD.c.id == two).values(sealed=sealed))
    with pytest.raises(SealBroken):
        waiting(engine)


def test_a_long_list_comes_in_pages(engine: Engine) -> None:
    person = willing(engine)
    for number in range(words.SIZE + 1):
        hear(engine, str(number), person)
    assert len(waiting(engine)) == words.SIZE
    assert waiting(engine, page=2) == [str(words.SIZE)]
    assert waiting(engine, page=9) == [str(words.SIZE)]


def test_an_organisation_sees_that_something_came_about_its_matches_alone_and_no_words(
    engine: Engine, lexicon: Lexicon, here: Study, tenant: int
) -> None:
    ada, ben = willing(engine, "ada"), willing(engine, "ben")
    matched(engine, lexicon, here.trial, ada)
    hear(engine, "about the study", ada, here.trial)
    hear(engine, "about no study", ada)
    hear(engine, "never matched", ben, here.trial)
    strange(engine, "from a number of nobody's")
    with reading(engine) as session:
        [seen] = words.unread(session, RING, tenant).items
    assert (seen.person, seen.trial, seen.text, seen.sender) == (ada, here.trial, "", "")
    assert len(waiting(engine)) == 4


def test_words_open_under_a_new_key_alone_after_a_rotation(engine: Engine) -> None:
    hear(engine, "bonjour", willing(engine))
    new = "a newer key for the tests of words, long enough"
    both = Keyring((*Keyring.of([new]).masters, *RING.masters))
    rotate_vault(engine, both, actor="test", progress=lambda *_: None)
    with reading(engine) as session:
        found = words.unread(session, Keyring.of([new]), None)
    assert [each.text for each in found.items] == ["bonjour"]


def test_an_unknown_sender_stays_in_one_conversation_after_the_old_key_is_gone(
    engine: Engine,
) -> None:
    strange(engine, "first")
    new = Keyring.of(["a newer key for the tests of words, long enough"])
    both = Keyring((*new.masters, *RING.masters))
    rotate_vault(engine, both, actor="test", progress=lambda *_: None)
    strange(engine, "second", new)
    with reading(engine) as session:
        found = words.unread(session, new, None)
    assert len({each.conversation for each in found.items}) == 1


def test_the_same_message_is_kept_once_for_each_person(engine: Engine) -> None:
    ada, ben = willing(engine, "ada"), willing(engine, "ben")
    with unit_of_work(engine) as session:
        kept = [
            words.hear_once(
                session,
                RING,
                person=person,
                trial=None,
                channel=Channel.SMS,
                text="x",
                at=now(),
                mark="form SM1",
            )
            for person in (ada, ben, ada)
        ]
    assert [number is not None for number in kept] == [True, True, False]


def test_a_person_gets_their_words_with_everything_else(engine: Engine, lexicon: Lexicon) -> None:
    person = willing(engine)
    hear(engine, "bonjour", person)
    exported = export_person(engine, RING, lexicon, person=person, actor="own account")
    assert [each["text"] for each in exported["words"]] == ["bonjour"]


def test_what_is_longer_than_what_is_kept_is_flagged_for_a_person_to_look(
    engine: Engine,
) -> None:
    who, whole = willing(engine), "Bonjour. " * (words.LONGEST // 9)
    fits, cut = hear(engine, whole, who), hear(engine, whole + "Merci.", who)
    with reading(engine) as session:
        assert set(noticing.of_words(session, [fits, cut])) == {cut}
        kept = {each.number: each.is_cut for each in words.of_person(session, RING, who)}
    assert kept == {fits: False, cut: True}
