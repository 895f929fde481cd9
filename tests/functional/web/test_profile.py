"""The profile as a conversation: told in free words, confirmed, saved, corrected."""

import re
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from recruit.actions.profile import show_profile
from recruit.people.facts import ClinicalFact, Profile, StateFact
from recruit.terminology.concepts import Kind
from tests.joining import Place, place
from tests.oneself import Own, own

HOME = "/me/profile"
CONDITIONS = f"{HOME}/conditions"
DIABETES = "MESH:D003924"
STEPS = (
    "sex", "conditions", "treatments", "operations", "allergies",
    "measures", "life", "languages", "home", "seeking",
)  # fmt: skip


@pytest.fixture
def here(tmp_path: Path, sqlite_engine: Engine) -> Place:
    return place(tmp_path, sqlite_engine)


@pytest.fixture
def camille(here: Place) -> Own:
    return own(here)


def profile(who: Own) -> Profile:
    return show_profile(who.place.engine, person=who.person).profile


def conditions(who: Own) -> list[ClinicalFact]:
    facts = (f for f in profile(who).facts if isinstance(f, ClinicalFact))
    return [fact for fact in facts if fact.kind is Kind.CONDITION]


def say(who: Own, words: str, key: str = "conditions", **boxes: str) -> TestResponse:
    path = f"{HOME}/{key}"
    return who.send(path, path, words=words, **boxes)


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input\s+type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def confirm(who: Own, answer: TestResponse, key: str = "conditions", **chosen: str) -> TestResponse:
    """Send the confirmation as it stands, but for what is chosen."""
    assert answer.status_code in {200, 422}, answer.status_code
    ticked = re.findall(
        r'name="(item-\d+)"\s+type="radio"\s+value="([^"]+)"\s+checked', answer.text
    )
    fields = {**hidden(answer.text), **dict(ticked), **chosen}
    return who.client.post(f"{HOME}/{key}/confirm", data=fields)


# ---------------------------------------------------------------- the whole
def test_every_step_stands_in_the_list_and_opens(camille: Own) -> None:
    page = camille.page(HOME)
    for step in STEPS:
        assert f'href="{HOME}/{step}"' in page
        assert camille.client.get(f"{HOME}/{step}").status_code == 200


def test_each_list_asks_its_own_question(camille: Own) -> None:
    asked = {
        "conditions": "Which health problems do you have",
        "treatments": "Which medicines do you take",
        "operations": "Which operations or procedures",
        "allergies": "What are you allergic to?",
    }
    for step, question in asked.items():
        assert f'<label for="words">{question}' in camille.page(f"{HOME}/{step}")


def test_what_was_told_shows_in_the_list(camille: Own) -> None:
    camille.send(f"{HOME}/sex", sex="female")
    page = camille.page(HOME)
    assert "1 of 10 steps told" in page
    assert "Go on: Your health problems" in page


def test_a_step_that_was_saved_leads_on_and_says_so(camille: Own) -> None:
    answer = camille.send(f"{HOME}/sex", sex="female")
    assert answer.headers["Location"] == f"{CONDITIONS}?saved=sex"
    assert "Saved: Sex at birth" in camille.page(f"{CONDITIONS}?saved=sex")


def test_beside_what_is_wrong_nothing_is_said_to_be_saved(camille: Own) -> None:
    page = f"{CONDITIONS}?saved=sex"
    refused = camille.send(page, page, base="1", words="none")
    assert refused.status_code == 422
    assert "Saved:" not in refused.text


@pytest.mark.parametrize("step", ["", *(f"/{step}" for step in STEPS), "/facts"])
def test_nobody_comes_in_without_a_session(here: Place, step: str) -> None:
    answer = here.app.test_client().get(f"{HOME}{step}")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/me/sign-in")


# ---------------------------------------------------------------- free words
@pytest.mark.parametrize(
    ("language", "words", "shown"),
    [
        ("fr", "diabète de type 2 depuis 2015, HTA", "Diabète de type 2 – début"),
        ("en", "type 2 diabetes since 2015, HTN", "Type 2 diabetes mellitus – since 2015"),
    ],
)
def test_what_was_understood_is_shown_before_it_counts(
    camille: Own, language: str, words: str, shown: str
) -> None:
    camille.client.get(f"{HOME}?lang={language}")
    answer = say(camille, words)
    assert shown in unescape(answer.text)
    assert conditions(camille) == []
    assert confirm(camille, answer).status_code == 302
    assert [f.concepts for f in conditions(camille)] == [(DIABETES,), ("MESH:D006973",)]


def test_a_likeness_must_be_chosen(camille: Own) -> None:
    answer = say(camille, "type 2 diabetis since 2015")
    refused = confirm(camille, answer)
    assert refused.status_code == 422
    assert "please choose one of the answers" in refused.text
    assert conditions(camille) == []
    assert confirm(camille, refused, **{"item-0": "meant-0"}).status_code == 302
    [fact] = conditions(camille)
    assert (fact.concepts, str(fact.began)) == ((DIABETES,), "2015")


def test_a_candidate_that_was_not_offered_is_refused(camille: Own) -> None:
    answer = say(camille, "type 2 diabetis")
    assert confirm(camille, answer, **{"item-0": "meant-9"}).status_code == 422


def test_what_is_not_understood_keeps_its_words(camille: Own) -> None:
    answer = say(camille, "bidule truc")
    assert "We did not understand this" in answer.text
    confirm(camille, answer)
    [fact] = conditions(camille)
    assert (fact.text, fact.concepts) == ("bidule truc", ())


def test_what_is_not_about_the_person_is_left_out(camille: Own) -> None:
    answer = say(camille, "my mother had breast cancer, gout")
    assert "my mother had breast cancer" in answer.text
    confirm(camille, answer, **{"item-0": "yes"})
    assert [fact.text for fact in conditions(camille)] == ["gout"]


def test_a_line_can_be_dropped_or_turned_round(camille: Own) -> None:
    answer = say(camille, "gout, no asthma")
    confirm(camille, answer, **{"item-0": "drop", "item-1": "have"})
    [fact] = conditions(camille)
    assert (fact.text, fact.status) == ("asthma", "present")


def test_words_that_are_read_differently_now_are_shown_again(camille: Own) -> None:
    answer = say(camille, "gout")
    again = confirm(camille, answer, reading="0" * 16)
    assert again.status_code == 422
    assert conditions(camille) == []


def test_none_is_told_by_the_box(camille: Own) -> None:
    answer = say(camille, "none")
    assert answer.status_code == 422
    assert "tick “This list is complete”" in answer.text


# ---------------------------------------------------------------- not knowing, and complete lists
def test_not_knowing_is_never_a_no(camille: Own) -> None:
    say(camille, "", unsure="yes")
    now = profile(camille)
    assert (now.complete, now.facts) == (frozenset(), ())
    assert now.own.unsure == {"condition"}
    assert "you do not know" in camille.page(HOME)


def test_a_complete_list_is_said_by_its_own_box(camille: Own) -> None:
    assert 'name="complete" type="checkbox" value="yes" checked' not in " ".join(
        camille.page(CONDITIONS).split()
    )
    say(camille, "", complete="yes")
    assert profile(camille).complete == {Kind.CONDITION}


def test_the_box_goes_through_the_confirmation(camille: Own) -> None:
    confirm(camille, say(camille, "gout"), complete="yes")
    assert profile(camille).complete == {Kind.CONDITION}


def test_a_list_with_words_that_nobody_understood_stays_open(camille: Own) -> None:
    confirm(camille, say(camille, "bidule truc"), complete="yes")
    assert profile(camille).complete == frozenset()


def test_not_knowing_a_state_is_unknown(camille: Own) -> None:
    camille.send(f"{HOME}/life", drinks_alcohol="unsure")
    assert StateFact("drinks_alcohol", "unknown") in profile(camille).facts


def test_a_measure_is_left_or_not_known(camille: Own) -> None:
    camille.send(
        f"{HOME}/measures", **{"value-height": "1,70", "unit-height": "m", "unsure-weight": "yes"}
    )
    now = profile(camille)
    assert [getattr(fact, "value", None) for fact in now.facts] == [170.0]
    assert now.own.unsure == {"weight"}


# ---------------------------------------------------------------- values and places
@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"value-weight": "abc"}, "Please write a number alone"),
        ({"value-height": "17"}, "Nobody can have this value"),
        ({"value-weight": "9" * 400}, "Please write a number alone"),
    ],
)
def test_a_value_that_cannot_be_is_asked_again_and_kept(
    camille: Own, fields: dict[str, str], problem: str
) -> None:
    answer = camille.send(f"{HOME}/measures", **fields)
    assert answer.status_code == 422
    assert problem in answer.text
    assert f'value="{next(iter(fields.values()))}"' in answer.text


def test_a_disease_asks_for_its_value(camille: Own) -> None:
    confirm(camille, say(camille, "type 2 diabetes"))
    camille.send(
        f"{HOME}/measures",
        **{"value-hba1c": "62", "unit-hba1c": "mmol/mol", "date-hba1c": "mars 2026"},
    )
    [fact] = [f for f in profile(camille).facts if getattr(f, "variable", "") == "hba1c"]
    assert (round(getattr(fact, "value", 0), 1), str(getattr(fact, "taken", ""))) == (
        7.8,
        "2026-03",
    )


def test_a_postcode_gives_the_place(camille: Own) -> None:
    answer = camille.send(f"{HOME}/home", country="FR", postcode="75 012")
    assert answer.headers["Location"].startswith(f"{HOME}/seeking")
    assert (profile(camille).home.lat, profile(camille).home.lon) == (48.84, 2.39)


def test_an_unknown_postcode_is_kept_and_said(camille: Own) -> None:
    camille.send(f"{HOME}/home", country="FR", postcode="99999")
    page = camille.page(f"{HOME}/home?saved=home")
    assert "We do not know where this postcode is" in page
    assert profile(camille).home.postcode == "99999"


def test_all_languages_stays_ticked_when_the_page_is_opened_again(camille: Own) -> None:
    camille.send(f"{HOME}/languages", language=["fr", "en"], all="yes")
    assert profile(camille).all_languages
    again = hidden(camille.page(f"{HOME}/languages"))
    page = " ".join(camille.page(f"{HOME}/languages").split())
    assert 'name="all" type="checkbox" value="yes" checked' in page
    camille.send(f"{HOME}/languages", language=["fr"], base=again["base"])
    assert profile(camille).languages == {"fr"}
    assert not profile(camille).all_languages


def test_what_is_looked_for_is_understood_and_can_be_dropped(camille: Own) -> None:
    confirm(camille, say(camille, "type 2 diabetes, migraine", "seeking"), "seeking")
    assert profile(camille).seeking[0] == DIABETES
    base = hidden(camille.page(f"{HOME}/seeking"))["base"]
    camille.send(f"{HOME}/seeking", keep="Type 2 diabetes mellitus", words="", base=base)
    assert profile(camille).seeking_text == ("Type 2 diabetes mellitus",)


# ---------------------------------------------------------------- two windows
def test_two_windows_that_add_lose_nothing(camille: Own) -> None:
    first, second = say(camille, "gout"), say(camille, "migraine")
    confirm(camille, first)
    confirm(camille, second)
    assert {fact.text for fact in conditions(camille)} == {"gout", "migraine"}


def test_two_windows_that_differ_are_both_shown(camille: Own) -> None:
    camille.send(f"{HOME}/sex", sex="female", base="0")
    answer = camille.send(f"{HOME}/sex", sex="male", base="0")
    assert answer.status_code == 409
    assert "You answered this in another window meanwhile" in answer.text
    assert "Saved there: Female" in answer.text
    assert profile(camille).sex == "female"
    again = camille.client.post(f"{HOME}/sex", data={**hidden(answer.text), "sex": "male"})
    assert again.status_code == 302
    assert profile(camille).sex == "male"


# ---------------------------------------------------------------- correcting
def row(who: Own, words: str) -> str:
    """The address where the fact with these words is corrected."""
    page = unescape(who.page(f"{HOME}/facts"))
    found = re.search(rf'href="({HOME}/facts/\d+/\d+)">[^<]*<span class="unseen">: {words}', page)
    assert found, words
    return found[1]


def test_everything_on_file_says_from_whom_and_since_when(camille: Own) -> None:
    camille.tell()
    page = unescape(camille.page(f"{HOME}/facts"))
    assert "Source: you told us" in page
    assert "on file since" in page
    assert "HbA1c: 7.8" in page


@pytest.mark.parametrize(
    ("chosen", "status"), [("over", "past"), ("never", "absent"), ("dates", "present")]
)
def test_a_fact_is_put_right(camille: Own, chosen: str, status: str) -> None:
    camille.tell()
    where = row(camille, "Type 2 diabetes")
    assert camille.send(where, what=chosen, began="March 2016").status_code == 302
    [fact] = conditions(camille)
    assert fact.status == status


def test_a_fact_is_taken_out(camille: Own) -> None:
    camille.tell()
    camille.send(row(camille, "Type 2 diabetes"), what="remove")
    assert conditions(camille) == []


def test_a_value_is_put_right(camille: Own) -> None:
    camille.tell()
    camille.send(row(camille, "HbA1c"), what="value", amount="6,9", unit="%", taken="2026-10-01")
    values = [getattr(f, "value", None) for f in profile(camille).facts]
    assert 6.9 in values
    assert 7.8 not in values


@pytest.mark.parametrize(
    ("language", "amount", "day"),
    [("fr", "7,8", "1er octobre 2026"), ("en", "7.8", "1 October 2026")],
)
def test_a_value_stands_in_the_form_as_it_can_be_read_again(
    camille: Own, language: str, amount: str, day: str
) -> None:
    camille.tell()
    where = row(camille, "HbA1c")
    page = camille.page(f"{where}?lang={language}")
    assert f'value="{amount}"' in page
    assert f'value="{day}"' in page
    sent = camille.send(where, what="value", amount=amount, unit="%", taken=day)
    assert sent.status_code == 302
    assert 7.8 in [getattr(f, "value", None) for f in profile(camille).facts]


def test_a_correction_without_a_choice_is_asked_again(camille: Own) -> None:
    camille.tell()
    answer = camille.send(row(camille, "Type 2 diabetes"), began="2016")
    assert answer.status_code == 422
    assert "Please choose what should be put right" in answer.text


def test_an_end_before_the_beginning_is_refused(camille: Own) -> None:
    camille.tell()
    answer = camille.send(row(camille, "Type 2 diabetes"), what="over", began="2016", ended="2015")
    assert "The end lies before the beginning" in answer.text


@pytest.mark.parametrize("path", ["facts/1/99", "facts/99/0", "facts/0/0"])
def test_a_fact_that_is_not_there_is_not_found(camille: Own, path: str) -> None:
    camille.tell()
    assert camille.client.get(f"{HOME}/{path}").status_code == 404


# ---------------------------------------------------------------- hostile input
@pytest.mark.parametrize(
    "words",
    ["é" * 10_000, "gout," * 100],
    ids=["10,000 letters", "100 things"],
)
def test_too_much_is_said_and_kept(camille: Own, words: str) -> None:
    answer = say(camille, words)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_megabyte_is_refused(camille: Own) -> None:
    assert say(camille, "a" * 1_000_000).status_code == 413


@pytest.mark.parametrize("step", ["conditions", "seeking"])
def test_hidden_signs_and_scripts_do_no_harm(camille: Own, step: str) -> None:
    words = "\u202e<script>alert(1)</script>\x00 {{ 7 * 7 }}"
    answer = say(camille, words, step)
    assert "<script>alert" not in answer.text
    assert "\u202e" not in answer.text
    assert confirm(camille, answer, step).status_code == 302
    assert "<script>alert" not in camille.page(f"{HOME}/{step}")
    assert "\x00" not in repr(profile(camille))


@pytest.mark.parametrize("base", ["", "-1", "9" * 40, "x", "1\u0660"])
def test_an_odd_version_breaks_nothing(camille: Own, base: str) -> None:
    assert camille.send(f"{HOME}/sex", sex="male", base=base).status_code == 302


@pytest.mark.parametrize(
    "fields", [{"sex": "other"}, {"sex": ""}, {}], ids=["unknown", "empty", "nothing"]
)
def test_an_answer_that_was_not_offered_is_asked_again(
    camille: Own, fields: dict[str, str]
) -> None:
    assert camille.send(f"{HOME}/sex", **fields).status_code == 422


def test_a_country_that_was_not_offered_is_asked_again(camille: Own) -> None:
    answer = camille.send(f"{HOME}/home", country="XX", postcode="1")
    assert answer.status_code == 422
