"""The details of a posting are saved step by step, never over somebody else's change."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from recruit.actions.posting.begin import Beginner, take_up
from recruit.audit.tables import AUDIT
from recruit.core.dates import PartialDate, TimeUnit
from recruit.core.db import reading, unit_of_work
from recruit.criteria.nodes import Age, Sex
from recruit.trials import store as trials
from recruit.trials.draft import (
    AgeLimit,
    Contact,
    Participation,
    Translation,
    TrialDraft,
    TrialStatus,
)
from recruit.trials.posting import store
from recruit.trials.posting.content import Standing
from recruit.trials.posting.store import Posting
from recruit.trials.posting.tables import POSTING
from tests.web_world import APPROVER, DIABETES, SPONSOR, World, lexicon

CHOSEN = {"sex", "phase", "status", "healthy_volunteers", "min_age_unit", "max_age_unit"}
STEPS = ("titles", "design", "participation", "contacts")
RICH = replace(
    DIABETES,
    id="WEB-8",
    official_title="A phase 3 trial",
    keywords=("sugar", "tablet"),
    sex="female",
    min_age="24 Hours",
    max_age="216 Months",
    youngest=AgeLimit(1.0, TimeUnit.DAY),
    oldest=AgeLimit(216.0, TimeUnit.MONTH),
    healthy_volunteers=False,
    phase="2/3",
    starts=PartialDate.parse("2026-05"),
    ends=PartialDate.parse("2028-01-31"),
    target=1200,
    registry_ids=("2024-512345-12-00", "ABC {{7*7}}"),
    url="http://old.example.org/record",
    participation=Participation("Six visits.\n\nEach an hour.", "Blood samples", "Travel"),
    contacts=(
        Contact("Dr Example", "investigator", "+33 1 99 00 12 34, poste 12", "a@example.org"),
        Contact(name="Trial office"),
    ),
    translations=(
        replace(
            DIABETES.translations[0],
            official_title="Un essai de phase 3",
            participation=Participation("Six visites"),
        ),
    ),
)


class Fields(HTMLParser):
    """What a browser would send of the form of a page, untouched."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self._inside = False
        self._area: str | None = None
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the value of a field."""
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "form":
            self._inside = "details-form" in (given.get("class") or "")
        elif not self._inside:
            return
        elif tag == "input":
            self.sent[name] = given.get("value") or ""
        elif tag == "textarea":
            self._area, self.sent[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and ("selected" in given or self._select not in self.sent):
            self.sent[self._select] = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        """The text of an area; browsers drop its first line break."""
        if self._area is not None:
            self.sent[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        """The end of an area or of the form."""
        if tag == "textarea" and self._area is not None:
            text = self.sent[self._area].removeprefix("\n")
            self.sent[self._area] = text.replace("\n", "\r\n")
            self._area = None
        if tag == "form":
            self._inside = False


@pytest.fixture
def sponsor(fresh: World) -> FlaskClient:
    """A sponsor's browser."""
    return fresh.enter(SPONSOR)


def begun(world: World, draft: TrialDraft = RICH) -> str:
    """A posting of a trial that is stored; its number."""
    with unit_of_work(world.engine) as session:
        trials.save(session, draft, lexicon())
    return take_up(world.engine, lexicon(), draft.id, Beginner("account 9", None))


def posting(world: World, number: str) -> Posting:
    """The posting as it stands."""
    with reading(world.engine) as session:
        return store.get(session, number, None)


def address(number: str, step: str) -> str:
    """Where a step is."""
    return f"/sponsor/trials/{number}/details/{step}"


def fields(client: FlaskClient, number: str, step: str) -> dict[str, str]:
    """What a browser sends when nothing was typed."""
    return Fields(client.get(address(number, step)).text).sent


def save(client: FlaskClient, number: str, step: str, /, **typed: str) -> TestResponse:
    """Open a step, type, save."""
    sent = {**fields(client, number, step), **typed}
    return client.post(address(number, step), data=sent)


@pytest.mark.parametrize("step", STEPS)
def test_what_is_shown_is_what_is_there(fresh: World, sponsor: FlaskClient, step: str) -> None:
    number = begun(fresh)
    assert save(sponsor, number, step).status_code == 302
    after = posting(fresh, number)
    assert after.content.draft == RICH
    assert after.heading.revision == 1


def test_the_steps_lead_from_one_to_the_next(fresh: World, sponsor: FlaskClient) -> None:
    number = begun(fresh)
    led = [save(sponsor, number, step).location for step in STEPS]
    assert led == [*(address(number, step) for step in STEPS[1:]), f"/sponsor/trials/{number}"]
    stays = save(sponsor, number, "design", then="stay")
    assert stays.location == address(number, "design")


def test_titles_are_saved_in_both_languages(fresh: World, sponsor: FlaskClient) -> None:
    number = begun(fresh)
    save(
        sponsor,
        number,
        "titles",
        title_en="  Sugar \t by day ",
        summary_fr="Une étude.\r\n\r\nElle dure.",
        official_title_fr="",
    )
    draft = posting(fresh, number).content.draft
    (french,) = draft.translations
    assert draft.title == "Sugar by day"
    assert (french.summary, french.official_title) == ("Une étude.\n\nElle dure.", "")
    assert french.criteria == DIABETES.translations[0].criteria


def test_a_language_that_says_nothing_leaves_nothing(fresh: World, sponsor: FlaskClient) -> None:
    number = begun(fresh, replace(RICH, translations=(Translation("fr", "", "Titre"),)))
    save(sponsor, number, "titles", title_fr="")
    assert posting(fresh, number).content.draft.translations == ()


def test_a_revision_says_who_changed_which_step(fresh: World, sponsor: FlaskClient) -> None:
    number = begun(fresh)
    save(sponsor, number, "design", target="40")
    newest = posting(fresh, number).newest
    assert (newest.number, newest.change, newest.about) == (2, "details", "design")
    assert newest.author.startswith("account ")
    with reading(fresh.engine) as session:
        query = select(AUDIT).where(AUDIT.c.tag == "trials:posting:changed")
        (row,) = session.execute(query).mappings()
    assert (row["subject"], row["new"], row["actor"]) == (number, "2", newest.author)


def test_ages_and_sex_become_criteria(fresh: World, sponsor: FlaskClient) -> None:
    number = begun(fresh, replace(DIABETES, id="WEB-8"))
    save(sponsor, number, "design", min_age="6", min_age_unit="month", sex="male")
    draft = posting(fresh, number).content.draft
    rules = [each.criterion.rule for each in posting(fresh, number).content.criteria]
    assert (draft.youngest, draft.min_age) == (AgeLimit(6.0, TimeUnit.MONTH), "6 Months")
    assert Age(min=6, unit=TimeUnit.MONTH) in rules
    assert Sex("male") in rules


def test_what_was_decided_stays_decided_when_ages_change(
    fresh: World, sponsor: FlaskClient
) -> None:
    number = begun(fresh, replace(DIABETES, id="WEB-8"))
    with unit_of_work(fresh.engine) as session:
        held = store.held(session, number, None)
        decided = tuple(replace(each, standing=Standing.ACCEPTED) for each in held.content.criteria)
        content = replace(held.content, criteria=decided)
        store.change(session, held, content, base=1, author="test", change=store.Change.ACCEPTED)
    save(sponsor, number, "design", min_age="21")
    criteria = posting(fresh, number).content.criteria
    assert [each.standing for each in criteria].count(Standing.ACCEPTED) == len(decided)
    assert [each.standing for each in criteria].count(Standing.READ) == 1


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        (
            {"min_age": "80", "min_age_unit": "year", "max_age": "20", "max_age_unit": "year"},
            "min_age",
            "above the highest",
        ),
        ({"min_age": "old"}, "min_age", "is not an age"),
        ({"max_age": "900", "max_age_unit": "year"}, "max_age", "nobody reaches the age"),
        ({"min_age": "3", "min_age_unit": "parsec"}, "min_age", "“parsec” is not a unit of age"),
        ({"starts": "32/13/2026"}, "starts", "is not a date"),
        ({"ends": "soon"}, "ends", "is not a date"),
        ({"starts": "2028", "ends": "2027"}, "ends", "before the start"),
        ({"target": "-1"}, "target", "whole number"),
        ({"target": "9" * 30}, "target", "no such value"),
        ({"target": "٣٣"}, "target", "whole number"),
        ({"url": "javascript:alert(1)"}, "url", "https://"),
        ({"url": "http://example.org"}, "url", "https://"),
        ({"url": "https://[x"}, "url", "https://"),
        ({"url": "https://me:secret@example.org"}, "url", "https://"),
        ({"sex": "sideways"}, "sex", "must be one of"),
        ({"phase": "9"}, "phase", "must be one of"),
        ({"status": ""}, "status", "must be one of"),
        ({"healthy_volunteers": "maybe"}, "healthy_volunteers", "must be one of"),
        ({"sponsor": "x" * 1001}, "sponsor", "longer than 1,000"),
        ({"sponsor": "a\x00b"}, "sponsor", "a character that no text has"),
        ({"conditions": "\n".join(map(str, range(1001)))}, "conditions", "more than 1,000"),
        ({"number": "S-7F3K92QX"}, "number", "a number of our own"),
        ({"number": "two words"}, "number", "without spaces"),
    ],
)
def test_what_cannot_be_is_named_and_kept(
    fresh: World, sponsor: FlaskClient, typed: dict[str, str], field: str, said: str
) -> None:
    number = begun(fresh)
    answer = save(sponsor, number, "design", **typed)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert said in answer.text
    kept = Fields(answer.text).sent
    for name, value in typed.items():
        if name not in CHOSEN:  # a list shows none of what it does not offer
            assert kept[name].replace("\r\n", "\n") == value
    assert posting(fresh, number).heading.revision == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("phone_0", "call me", "not a telephone number"),
        ("phone_0", "javascript:1", "not a telephone number"),
        ("email_1", "nobody", "not an email address"),
        ("email_1", "a@b.example\nBcc: x@y.example", "not an email address"),
    ],
)
def test_a_contact_that_cannot_be_is_named(
    fresh: World, sponsor: FlaskClient, field: str, value: str, said: str
) -> None:
    number = begun(fresh)
    answer = save(sponsor, number, "contacts", **{field: value})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert said in answer.text
    assert posting(fresh, number).heading.revision == 1


def test_contacts_come_and_go(fresh: World, sponsor: FlaskClient) -> None:
    number = begun(fresh)
    emptied = {f"{part}_0": "" for part in ("name", "role", "phone", "email")}
    save(sponsor, number, "contacts", **emptied, name_2="Night desk", phone_2="01 99 00 12 34")
    found = posting(fresh, number).content.draft.contacts
    assert found == (Contact(name="Trial office"), Contact("Night desk", phone="01 99 00 12 34"))


def test_a_change_meanwhile_is_shown_and_what_was_typed_is_kept(
    fresh: World, sponsor: FlaskClient
) -> None:
    number = begun(fresh)
    mine = fields(sponsor, number, "titles")
    save(fresh.enter(APPROVER), number, "titles", title_en="Theirs & first")
    answer = sponsor.post(address(number, "titles"), data={**mine, "title_en": "Mine"})
    assert answer.status_code == 409
    assert "Somebody else has changed this" in answer.text
    assert "Theirs &amp; first" in answer.text
    kept = Fields(answer.text).sent
    assert (kept["title_en"], kept["base"]) == ("Mine", "2")
    assert posting(fresh, number).content.draft.title == "Theirs & first"
    assert sponsor.post(address(number, "titles"), data=kept).status_code == 302
    assert posting(fresh, number).content.draft.title == "Mine"


@pytest.mark.parametrize("base", ["", "x", "0", "99", "9" * 40])
def test_a_base_that_is_none_overwrites_nothing(
    fresh: World, sponsor: FlaskClient, base: str
) -> None:
    number = begun(fresh)
    assert save(sponsor, number, "titles", base=base, title_en="Mine").status_code == 409
    assert posting(fresh, number).heading.revision == 1


def test_a_draft_may_be_empty(fresh: World, sponsor: FlaskClient) -> None:
    number = begun(fresh)
    for step in STEPS:
        sent = dict.fromkeys(fields(sponsor, number, step), "")
        standing = fields(sponsor, number, step)
        keep = {name for name in sent if name.endswith(("_unit", "token", "base", "status"))}
        sent |= {name: standing[name] for name in keep}
        assert sponsor.post(address(number, step), data=sent).status_code == 302, step
    draft = posting(fresh, number).content.draft
    assert draft == TrialDraft(
        id=number,
        criteria=RICH.criteria,
        status=TrialStatus.RECRUITING,
        sites=RICH.sites,
        translations=(Translation("fr", DIABETES.translations[0].criteria),),
    )
    assert sponsor.get(f"/sponsor/trials/{number}").status_code == 200


def test_a_number_that_another_posting_has_is_named(fresh: World, sponsor: FlaskClient) -> None:
    number, other = begun(fresh), begun(fresh, replace(DIABETES, id="WEB-9"))
    answer = save(sponsor, number, "design", number="WEB-9")
    assert answer.status_code == 422
    assert other in answer.text


def test_the_number_of_what_is_public_stays(fresh: World, sponsor: FlaskClient) -> None:
    number = begun(fresh)
    with unit_of_work(fresh.engine) as session:
        session.execute(POSTING.update().where(POSTING.c.id == number).values(published=1))
    answer = save(sponsor, number, "design", number="NCT90000001")
    assert answer.status_code == 422
    assert "the number of a published trial stays" in answer.text


@pytest.mark.parametrize("step", STEPS)
def test_hostile_words_are_shown_as_typed(fresh: World, sponsor: FlaskClient, step: str) -> None:
    number = begun(fresh)
    words = "{{7*7}} <script>alert(1)</script>"
    name = {
        "titles": "title_en",
        "design": "sponsor",
        "participation": "burden_fr",
        "contacts": "role_0",
    }[step]
    assert save(sponsor, number, step, **{name: words}).status_code == 302
    page = sponsor.get(address(number, step)).text
    assert "{{7*7}} &lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_long_texts_in_both_languages_are_taken(fresh: World, sponsor: FlaskClient) -> None:
    number = begun(fresh)
    long = {
        f"{part}_{tongue}": "é" * 20_000 for part in ("visits", "burden") for tongue in ("en", "fr")
    }
    assert save(sponsor, number, "participation", **long).status_code == 302
    assert posting(fresh, number).content.draft.participation.visits == "é" * 20_000


def test_a_step_that_is_none_is_not_there(fresh: World, sponsor: FlaskClient) -> None:
    assert sponsor.get(address(begun(fresh), "nothing")).status_code == 404
