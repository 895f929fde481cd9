"""Joining, page by page: what is asked, what is refused, and what is kept of whom."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import Engine, func, select

from recruit.audit.tables import AUDIT
from recruit.consent.tables import CONSENT
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.people import store
from recruit.people.account_tables import Account
from recruit.people.tables import PARTICIPANT
from recruit.people.vault import Item, Vault
from recruit.people.vault_tables import ITEM
from tests.joining import BORN, CODE, EMAIL, MOBILE, Joiner, Place, code_in, place
from tests.web_world import settled

TODAY = date(2026, 11, 21)


@pytest.fixture
def here(tmp_path: Path, sqlite_engine: Engine) -> Place:
    return place(tmp_path, sqlite_engine)


def people(here: Place) -> list[str]:
    with reading(here.engine) as session:
        return list(session.execute(select(PARTICIPANT.c.pseudonym)).scalars())


def nothing_is_kept(here: Place) -> bool:
    tables = (PARTICIPANT, ITEM, CONSENT, Account.__table__)  # type: ignore[attr-defined]
    with reading(here.engine) as session:
        return not any(
            session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables
        )


def problem(page: str, field: str) -> str:
    found = re.search(rf'id="{field}(?:-all)?-problem">([^<]+)', page)
    assert found, page
    return found[1]


def test_somebody_who_shows_the_code_takes_part(here: Place) -> None:
    joiner = here.joiner()
    page = joiner.ask()
    answer = joiner.show(page, code_in(here.post()[0]))
    assert answer.headers["Location"] == "/join/step/done"
    assert "Welcome" in joiner.client.get("/join/step/done").text
    assert len(people(here)) == 1


def test_the_way_goes_on_to_the_profile(here: Place) -> None:
    joiner = here.joined()
    assert 'href="/me/profile"' in joiner.client.get("/join/step/done").text
    assert joiner.client.get("/me/profile").status_code == 200


def test_nothing_is_kept_of_who_has_not_shown_the_code(here: Place) -> None:
    here.joiner().ask()
    assert nothing_is_kept(here)


def test_the_vault_holds_the_address_and_the_birth_date_and_the_profile_the_month(
    here: Place,
) -> None:
    here.joined()
    (person,) = people(here)
    with reading(here.engine) as session:
        assert Vault(here.keyring).read(session, person) == {
            Item.EMAIL: EMAIL,
            Item.BIRTH_DATE: "1975-03-27",
        }
        assert str(store.profile(session, person).born) == "1975-03"


def test_each_choice_is_written_with_what_was_shown(here: Place) -> None:
    here.joined(choices=("matching", "contact/email"))
    with reading(here.engine) as session:
        rows = session.execute(select(CONSENT).order_by(CONSENT.c.sequence)).mappings().all()
    said = {(row["purpose"], row["channel"]): row["type"] for row in rows}
    assert said == {
        ("matching", ""): "granted",
        ("contact", "email"): "granted",
        ("contact", "letter"): "denied",
        ("research-reuse", ""): "denied",
    }
    assert {row["shown"]["controls"] for row in rows} == {"unticked"}
    assert {row["how"]["double_opt_in"] for row in rows} == {"code by e-mail"}
    assert {len(row["shown"]["notice"]) for row in rows} == {64}
    assert len({row["receipt"] for row in rows}) == 1


def test_a_receipt_is_sent_once(here: Place) -> None:
    joiner = here.joiner()
    page = joiner.ask()
    joiner.show(page, code_in(here.post()[0]))
    (receipt,) = here.post()
    assert receipt.to == EMAIL
    assert "Look for studies for me" in receipt.text
    assert here.post() == []


def test_one_may_join_by_text_message(here: Place) -> None:
    here.joined(MOBILE, ("matching", "contact/sms", "contact/phone"))
    (person,) = people(here)
    with reading(here.engine) as session:
        assert Vault(here.keyring).read(session, person)[Item.PHONE] == "+33639981234"


def test_the_audit_trail_tells_of_it_without_any_data(here: Place) -> None:
    here.joined()
    with reading(here.engine) as session:
        rows = session.execute(select(AUDIT)).mappings().all()
    assert [row["tag"] for row in rows if row["tag"].startswith("joining")] == [
        "joining:visitor:asked",
        "joining:person:joined",
    ]
    assert not re.search("ada|1975|example", str([dict(row) for row in rows]))


@pytest.mark.parametrize("box", ["contact/email", "matching", "research-reuse"])
def test_no_address_ticks_a_box(here: Place, box: str) -> None:
    joiner = here.joiner()
    joiner.begin()
    joiner.say_born(*BORN)
    joiner.say_contact(EMAIL)
    page = joiner.client.get(f"/join/step/choices?choice={box}&{box}=yes&checked=1").text
    found = re.findall(r'<input[^>]*type="checkbox"[^>]*>', page)
    assert len(found) == 4
    assert not any(re.search(r"\schecked", each) for each in found)


def test_only_what_was_offered_can_be_agreed_to(here: Place) -> None:
    choices = ("matching", "contact/sms", "contact/phone", "release/one", "anything", "matching\0")
    here.joined(choices=choices)
    with reading(here.engine) as session:
        query = select(CONSENT.c.purpose).where(CONSENT.c.type == "granted")
        assert session.execute(query).scalars().all() == ["matching"]


def test_further_fields_change_nothing(here: Place) -> None:
    joiner = here.joiner()
    joiner.begin()
    joiner.say_born(*BORN)
    joiner.send("/join/step/contact", contact=EMAIL, role="administrator", community="testers")
    page = str(joiner.choose("matching").headers["Location"])
    joiner.send(page, code=code_in(here.post()[0]), role="administrator", person="P-00000000")
    with reading(here.engine) as session:
        account = session.scalars(select(Account)).one()
        assert account.role.value == "participant"
        assert session.execute(select(PARTICIPANT.c.community)).scalars().all() == ["direct"]


def test_without_the_yes_to_matching_one_is_told_that_it_is_needed(here: Place) -> None:
    joiner = here.joiner()
    joiner.begin()
    joiner.say_born(*BORN)
    joiner.say_contact(EMAIL)
    answer = joiner.choose("contact/email")
    assert answer.status_code == 422
    assert "Without this yes" in problem(answer.text, "matching")
    assert re.search(r'value="contact/email"\s+checked', answer.text)


def test_letters_need_an_address(here: Place) -> None:
    joiner = here.joiner()
    joiner.begin()
    joiner.say_born(*BORN)
    joiner.say_contact(EMAIL)
    answer = joiner.choose("matching", "contact/letter")
    assert "Please write the address" in problem(answer.text, "address")
    page = joiner.choose("matching", "contact/letter", address="1 rue d’Exemple\r\n75012 Paris")
    joiner.show(str(page.headers["Location"]), code_in(here.post()[0]))
    (person,) = people(here)
    with reading(here.engine) as session:
        kept = Vault(here.keyring).read(session, person)
    assert kept[Item.ADDRESS] == "1 rue d’Exemple\n75012 Paris"


@pytest.mark.parametrize(
    "address",
    ["a" * 10_000, "1 rue\x00 d’Exemple", "1 rue \u202ed’Exemple", "\r\n" * 50 + "a\n" * 9],
)
def test_an_odd_address_is_refused_and_shown_again(here: Place, address: str) -> None:
    joiner = here.joiner()
    joiner.begin()
    joiner.say_born(*BORN)
    joiner.say_contact(EMAIL)
    answer = joiner.choose("matching", "contact/letter", address=address)
    assert answer.status_code == 422
    assert problem(answer.text, "address")
    assert "\x00" not in answer.text
    assert "\u202e" not in answer.text


@pytest.mark.parametrize(
    ("born", "path"),
    [
        (("22", "11", "2008"), "/join/step/not-yet"),
        (("21", "11", "2008"), "/join/step/contact"),
        (("1", "1", "2026"), "/join/step/not-yet"),
        (("01", "02", "1950"), "/join/step/contact"),
        (("٢٧", "٣", "١٩٧٥"), None),
    ],
)
def test_whoever_is_not_surely_18_goes_no_further(
    here: Place, born: tuple[str, str, str], path: str | None
) -> None:
    with time_machine.travel(f"{TODAY}T12:00:00+00:00", tick=False):
        joiner = here.joiner()
        joiner.begin()
        assert joiner.say_born(*born).headers.get("Location") == path


@pytest.mark.parametrize(("day", "adult"), [("2026-02-28", False), ("2026-03-01", True)])
def test_born_on_29_february_one_may_join_from_1_march(
    here: Place, day: str, *, adult: bool
) -> None:
    with time_machine.travel(f"{day}T12:00:00+00:00", tick=False):
        joiner = here.joiner()
        joiner.begin()
        wanted = "contact" if adult else "not-yet"
        assert joiner.say_born("29", "2", "2008").headers["Location"] == f"/join/step/{wanted}"


def test_of_a_minor_nothing_stays_not_even_in_the_browser(here: Place) -> None:
    joiner = here.joiner()
    joiner.begin()
    joiner.say_born("1", "1", "2020")
    with joiner.client.session_transaction() as session:
        assert "joining" not in session
    assert "18th birthday" in joiner.client.get("/join/step/not-yet").text
    assert nothing_is_kept(here)


@pytest.mark.parametrize(
    "born",
    [
        ("", "", ""),
        ("30", "2", "1975"),
        ("29", "2", "1975"),
        ("27", "13", "1975"),
        ("0", "3", "1975"),
        ("27", "3", "75"),
        ("27", "3", "0000"),
        ("27", "3", "1875"),
        ("27", "3", "9999"),
        ("-1", "3", "1975"),
        ("27", "mars", "1975"),
        ("2" * 10_000, "3", "1975"),
    ],
)
def test_an_impossible_birth_date_is_refused_and_shown_again(
    here: Place, born: tuple[str, str, str]
) -> None:
    joiner = here.joiner()
    joiner.begin()
    answer = joiner.say_born(*born)
    assert answer.status_code == 422
    assert problem(answer.text, "born")


@pytest.mark.parametrize("day", ["27\x00", "\u202e27", " 27 ", "２７"])
def test_signs_that_nobody_sees_do_not_count(here: Place, day: str) -> None:
    joiner = here.joiner()
    joiner.begin()
    assert joiner.say_born(day, "3", "1975").headers["Location"] == "/join/step/contact"


@pytest.mark.parametrize(
    "contact", ["", "nobody", "ada@example.org\r\nBcc: b@example.org", "a" * 10_000, "a\x00@b.org"]
)
def test_an_impossible_address_is_refused(here: Place, contact: str) -> None:
    joiner = here.joiner()
    joiner.begin()
    joiner.say_born(*BORN)
    answer = joiner.say_contact(contact)
    assert answer.status_code == 422
    assert problem(answer.text, "contact")
    assert here.post() == []


def steps(joiner: Joiner, contact: str) -> list[tuple[int, str]]:
    """Status and body of each page on the way to the code, without what is random in them."""
    answers = (joiner.begin(), joiner.say_born(*BORN), joiner.say_contact(contact))
    seen = [(answer.status_code, answer.text) for answer in answers]
    asked = joiner.choose("matching")
    page = str(asked.headers["Location"])
    seen += [(asked.status_code, ""), (200, joiner.client.get(page).text)]
    wrong = joiner.show(page, "000000")
    seen.append((wrong.status_code, wrong.text))
    token = page.rpartition("/")[2]
    plain = (text.replace(token, "…") for _, text in seen)
    hidden = [re.sub(r'(csrf_token"\s+value=")[^"]+', r"\1", text) for text in plain]
    return [(status, text) for (status, _), text in zip(seen, hidden, strict=True)]


def test_a_known_address_sees_the_same_pages(here: Place) -> None:
    here.joined()
    known = steps(here.joiner(), EMAIL)
    unknown = steps(here.joiner(), "bob@example.org")
    assert known == unknown


def test_the_owner_of_a_known_address_is_told_how_to_come_in(here: Place) -> None:
    here.joined()
    here.joiner().ask()
    (letter,) = here.post()
    assert "already joined" in letter.text
    assert not CODE.search(letter.text)
    assert len(people(here)) == 1


def test_another_spelling_of_a_known_address_is_known(here: Place) -> None:
    here.joined()
    here.joiner().ask("ADA@EXAMPLE.ORG")
    assert "already joined" in here.post()[0].text


def test_a_code_can_be_tried_five_times(here: Place) -> None:
    joiner = here.joiner()
    page = joiner.ask()
    code = code_in(here.post()[0])
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        assert "not right" in problem(joiner.show(page, wrong).text, "code")
    sixth = joiner.show(page, code)
    assert "too many wrong codes" in problem(sixth.text, "code")
    assert nothing_is_kept(here)


def test_a_new_code_replaces_the_old_one(here: Place) -> None:
    joiner = here.joiner()
    page = joiner.ask()
    first = code_in(here.post()[0])
    assert joiner.send(f"{page}/new", page).headers["Location"] == page
    second = code_in(here.post()[0])
    if first != second:
        assert joiner.show(page, first).status_code == 422
    assert joiner.show(page, second).status_code == 302


def test_an_old_code_does_not_work(here: Place) -> None:
    with time_machine.travel(now(), tick=False) as time:
        joiner = here.joiner()
        page = joiner.ask()
        code = code_in(here.post()[0])
        time.shift(timedelta(minutes=10, seconds=1))
        assert "older than 10 minutes" in problem(joiner.show(page, code).text, "code")
    assert nothing_is_kept(here)


def test_an_old_link_does_not_work(here: Place) -> None:
    with time_machine.travel(now(), tick=False) as time:
        joiner = here.joiner()
        page = joiner.ask()
        time.shift(timedelta(days=1, seconds=1))
        answer = joiner.client.get(page)
    assert answer.status_code == 410
    assert "too old" in answer.text


def test_a_used_link_leads_to_ones_own_space(here: Place) -> None:
    joiner = here.joiner()
    page = joiner.ask()
    joiner.show(page, code_in(here.post()[0]))
    answer = here.joiner().client.get(page)
    assert answer.status_code == 410
    assert "used already" in answer.text


@pytest.mark.parametrize("cut", [slice(1, None), slice(-1), slice(0, 0)])
def test_a_link_that_was_cut_short_does_not_work(here: Place, cut: slice) -> None:
    joiner = here.joiner()
    token = joiner.ask().rpartition("/")[2]
    assert joiner.client.get(f"/join/code/{token[cut]}").status_code == 404


def test_the_link_alone_tells_nothing(here: Place) -> None:
    page = here.joiner().ask()
    text = here.joiner().client.get(page).text
    assert not re.search("ada|example|1975|matching", text.lower().replace("name@example.org", ""))


def test_the_link_works_in_another_browser_too(here: Place) -> None:
    page = here.joiner().ask()
    answer = here.joiner().show(page, code_in(here.post()[0]))
    assert answer.headers["Location"] == "/join/step/done"


@pytest.mark.parametrize("step", ["birth-date", "contact", "choices"])
def test_who_has_lost_the_answers_starts_again(here: Place, step: str) -> None:
    answer = here.joiner().client.get(f"/join/step/{step}")
    assert answer.headers["Location"] == "/join/step/again"
    assert "start again" in here.joiner().client.get("/join/step/again").text


def test_answers_are_kept_for_an_hour(here: Place) -> None:
    with time_machine.travel(now(), tick=False) as time:
        joiner = here.joiner()
        joiner.begin()
        joiner.say_born(*BORN)
        time.shift(timedelta(minutes=59))
        assert 'value="1975"' in joiner.client.get("/join/step/birth-date").text
        time.shift(timedelta(minutes=2))
        assert joiner.client.get("/join/step/birth-date").status_code == 302


def test_the_cookie_can_be_read_by_nobody_but_us(here: Place) -> None:
    joiner = here.joiner()
    joiner.begin()
    joiner.say_born(*BORN)
    joiner.say_contact(EMAIL)
    with joiner.client.session_transaction() as session:
        held = str(dict(session))
    # A bare "1975" turns up in the letters of a sealed text by chance: whole words do not.
    assert not re.search(rf"{re.escape(EMAIL)}|example\.|1975-03|['\"]1975['\"]", held)


def test_an_address_changed_in_another_tab_is_noticed(here: Place) -> None:
    joiner = here.joiner()
    joiner.begin()
    joiner.say_born(*BORN)
    joiner.say_contact(EMAIL)
    step = "/join/step/choices"
    mark, notice = joiner.hidden(step, "mark"), joiner.hidden(step, "notice")
    joiner.say_contact("bob@example.org")
    answer = joiner.send(step, mark=mark, notice=notice, choice=["matching"])
    assert answer.status_code == 422
    assert "no longer up to date" in answer.text
    assert "bob@example.org" in answer.text
    assert here.post() == []


def test_another_notice_than_the_one_shown_is_noticed(here: Place) -> None:
    joiner = here.joiner()
    joiner.begin()
    joiner.say_born(*BORN)
    joiner.say_contact(EMAIL)
    step = "/join/step/choices"
    mark = joiner.hidden(step, "mark")
    answer = joiner.send(step, mark=mark, notice="0" * 64, choice=["matching"])
    assert "no longer up to date" in answer.text


def test_two_links_to_one_address_make_one_participant(here: Place) -> None:
    first, second = here.joiner(), here.joiner()
    one = first.ask(choices=("matching", "contact/email"))
    other = second.ask(choices=("matching", "research-reuse"))
    codes = [code_in(letter) for letter in here.post()]
    assert first.show(one, codes[0]).status_code == 302
    assert second.show(other, codes[1]).status_code == 302
    assert len(people(here)) == 1
    with reading(here.engine) as session:
        query = select(CONSENT.c.purpose).where(CONSENT.c.type == "granted")
        granted = session.execute(query).scalars().all()
    assert sorted(granted) == ["contact", "matching", "research-reuse"]


def test_one_joins_under_the_name_of_a_community(here: Place) -> None:
    with unit_of_work(here.engine) as session:
        store.know_community(session, "Les Exemples")
    joiner = here.joiner()
    assert "Les Exemples" in joiner.client.get("/join/Les%20Exemples").text
    joiner.begin("/join/Les%20Exemples")
    joiner.say_born(*BORN)
    joiner.say_contact(EMAIL)
    page = str(joiner.choose("matching").headers["Location"])
    joiner.show(page, code_in(here.post()[0]))
    with reading(here.engine) as session:
        assert session.execute(select(PARTICIPANT.c.community)).scalars().all() == ["Les Exemples"]


@pytest.mark.parametrize("name", ["nobody", "direct", "%00", "<b>", "a" * 10_000])
def test_an_unknown_community_is_no_page(here: Place, name: str) -> None:
    here.joined()  # so that “direct” is one of the table
    client = here.joiner().client
    missing = client.get("/nothing-here")
    found = client.get(f"/join/{name}")
    assert found.status_code == 404
    assert settled(found.text) == settled(missing.text)


def test_nothing_works_without_the_token(here: Place) -> None:
    joiner = here.joiner()
    page = joiner.ask()
    for path in ("/join", "/join/step/birth-date", "/join/step/choices", page, f"{page}/new"):
        assert joiner.client.post(path, data={}).status_code == 400


def test_signing_in_keeps_nothing_of_an_earlier_session(here: Place) -> None:
    joiner = here.joiner()
    with joiner.client.session_transaction() as session:
        session["acting_for"] = "L-00000000"
    page = joiner.ask()
    joiner.show(page, code_in(here.post()[0]))
    with joiner.client.session_transaction() as session:
        assert "acting_for" not in session
