"""The criteria editor: text and rules linked, and each decision works without JavaScript."""

import re
import time
from dataclasses import replace
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from recruit.trials.draft import LONGEST_TEXT
from tests.posted import (
    AGE,
    DIABETIC,
    DIARY,
    DRAFT,
    FIELDS,
    HBA1C,
    TEXT,
    begin,
    by_hand,
    newest,
    standings,
)
from tests.web_world import APPROVER, SPONSOR, World, csrf

HTMX = {"HX-Request": "true"}


@pytest.fixture
def number(fresh: World) -> str:
    return begin(fresh.engine)


@pytest.fixture
def client(fresh: World) -> FlaskClient:
    return fresh.enter(SPONSOR)


def page(client: FlaskClient, number: str, language: str = "en") -> str:
    answer = client.get(f"/sponsor/trials/{number}/criteria?lang={language}")
    assert answer.status_code == 200
    return answer.text


def post(
    client: FlaskClient,
    address: str,
    base: int,
    fields: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> TestResponse:
    sent = {"csrf_token": csrf(client, "/sponsor/trials"), "base": str(base), **(fields or {})}
    return client.post(address, data=sent, headers=headers)


def decide(
    client: FlaskClient, number: str, base: int, criterion: int, standing: str
) -> TestResponse:
    address = f"/sponsor/trials/{number}/criteria/{criterion}/standing"
    return post(client, address, base, {"standing": standing})


def card(html: str, criterion: int) -> str:
    found = re.search(
        rf'<li class="rule-card[^>]*id="criterion-{criterion}".*?</li>', html, re.DOTALL
    )
    assert found
    return found[0]


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


# ---------------------------------------------------------------- the page
def test_each_criterion_of_the_text_is_linked_with_its_rule_both_ways(
    client: FlaskClient, number: str
) -> None:
    html = page(client, number)
    for criterion in range(AGE, HBA1C + 1):
        assert re.search(rf'<a href="#criterion-{criterion}"[^>]*id="source-{criterion}"', html)
        assert f'href="#source-{criterion}"' in card(html, criterion)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "Between 18 and 75 years old."), ("fr", "Âge entre 18 et 75 ans.")],
)
def test_rules_are_sentences_in_the_readers_language(
    client: FlaskClient, number: str, language: str, sentence: str
) -> None:
    assert sentence in plain(card(page(client, number, language), AGE))


def test_what_was_not_read_says_so_and_offers_three_ways(client: FlaskClient, number: str) -> None:
    found = card(page(client, number), DIARY)
    words = plain(found)
    assert "Not read" in words
    assert f"/sponsor/trials/{number}/criteria/{DIARY}/rule" in found
    assert "Ask the person" in words
    assert "The site judges" in words
    assert 'value="accepted"' not in found


def test_what_was_read_in_part_says_which_part_was_not(client: FlaskClient, fresh: World) -> None:
    text = "Inclusion Criteria:\n\n* Type 2 diabetes and able to knit a scarf in one go"
    number = begin(fresh.engine, replace(DRAFT, criteria=text, sex=None))
    words = plain(card(page(client, number), 1))
    assert "Read in part" in words
    assert "Not read:" in words


def test_a_criterion_of_the_registrys_fields_says_so(client: FlaskClient, number: str) -> None:
    found = card(page(client, number), FIELDS)
    assert "from the registry’s fields" in found
    assert "#source-" not in found


def test_a_criterion_written_by_hand_says_so(client: FlaskClient, fresh: World) -> None:
    number = begin(fresh.engine, DRAFT, by_hand())
    assert "written by hand" in card(
        page(client, number), len(newest(fresh.engine, number)[1].criteria)
    )


def test_the_text_is_readable_and_whole(client: FlaskClient, number: str) -> None:
    html = page(client, number)
    source = re.search(r'<div class="source-text".*?</div>', html, re.DOTALL)
    assert source
    shown = re.sub(r'<span class="number">[^<]*</span>', "", source[0])
    shown = unescape(re.sub(r"<[^>]*>", "", shown)).strip()
    assert shown == TEXT.replace("\\>", ">").strip()


def test_what_is_hostile_in_a_text_is_only_text(client: FlaskClient, number: str) -> None:
    html = page(client, number)
    assert "<script>alert" not in html
    assert "{{7*7}}" in plain(html)


def test_inclusion_and_exclusion_stand_apart(client: FlaskClient, number: str) -> None:
    html = page(client, number)
    assert html.index("<h3>Inclusion</h3>") < html.index(f'id="criterion-{HBA1C}"')
    assert html.index(f'id="criterion-{HBA1C}"') < html.index("<h3>Exclusion</h3>")


def test_the_number_of_people_is_there_without_javascript_too(
    client: FlaskClient, number: str
) -> None:
    html = page(client, number)
    assert f'hx-get="/sponsor/trials/{number}/people"' in html
    assert f'href="/sponsor/trials/{number}/feasibility"' in html


def test_a_posting_without_text_shows_the_way_on(client: FlaskClient, fresh: World) -> None:
    number = begin(fresh.engine, replace(DRAFT, criteria="", sex=None))
    html = page(client, number)
    assert "There is no text yet" in html
    assert f"/sponsor/trials/{number}/criteria/text" in html


def test_two_hundred_criteria_are_shown_in_well_under_a_second(
    client: FlaskClient, fresh: World
) -> None:
    some = [f"* Type 2 diabetes mellitus for at least {month} months" for month in range(1, 101)]
    text = "Inclusion Criteria:\n\n" + "\n".join(some) + "\n\nExclusion Criteria:\n\n"
    number = begin(fresh.engine, replace(DRAFT, criteria=text + "\n".join(some), sex=None))
    page(client, number)
    start = time.process_time()  # of this process alone, whatever else the machine does
    html = page(client, number)
    assert time.process_time() - start < 1
    assert html.count('class="rule-card') >= 200


# ---------------------------------------------------------------- deciding
@pytest.mark.parametrize("standing", ["accepted", "ask", "site"])
def test_a_decision_leads_back_to_its_place(
    client: FlaskClient, fresh: World, number: str, standing: str
) -> None:
    answer = decide(client, number, 1, AGE, standing)
    assert answer.status_code == 302
    assert answer.location.endswith(f"/sponsor/trials/{number}/criteria#criterion-{AGE}")
    assert standings(fresh.engine, number)[AGE] == standing
    assert "Decided: 1 of" in page(client, number)


def test_a_decision_is_taken_back(client: FlaskClient, fresh: World, number: str) -> None:
    decide(client, number, 1, AGE, "site")
    decide(client, number, 2, AGE, "read")
    assert standings(fresh.engine, number)[AGE] == "read"


def test_what_was_not_read_cannot_be_accepted(client: FlaskClient, number: str) -> None:
    answer = decide(client, number, 1, DIARY, "accepted")
    assert answer.status_code == 422
    assert "there is no rule to accept" in answer.text
    assert f'href="#criterion-{DIARY}"' in answer.text


@pytest.mark.parametrize("standing", ["", "corrected!", "nothing"])
def test_what_is_no_decision_is_refused(client: FlaskClient, number: str, standing: str) -> None:
    assert decide(client, number, 1, AGE, standing).status_code == 400


def test_a_rule_is_not_called_corrected_here(client: FlaskClient, number: str) -> None:
    assert decide(client, number, 1, AGE, "corrected").status_code == 400


def test_all_that_was_read_whole_is_accepted_at_once(
    client: FlaskClient, fresh: World, number: str
) -> None:
    counted = re.search(r"Accept the (\d+) criteria that were read whole", page(client, number))
    assert counted
    post(client, f"/sponsor/trials/{number}/criteria/accept", 1)
    found = list(standings(fresh.engine, number).values())
    assert found.count("accepted") == int(counted[1])


def test_a_removed_criterion_comes_back_by_undo(
    client: FlaskClient, fresh: World, number: str
) -> None:
    answer = post(client, f"/sponsor/trials/{number}/criteria/{AGE}/remove", 1)
    assert answer.location.endswith("#bar")
    html = page(client, number)
    assert f'id="criterion-{AGE}"' not in html
    assert f"Undo: Criterion {AGE} removed" in html
    post(client, f"/sponsor/trials/{number}/undo", 2)
    assert AGE in standings(fresh.engine, number)


def test_undo_with_nothing_to_undo_is_not_found(client: FlaskClient, number: str) -> None:
    assert post(client, f"/sponsor/trials/{number}/undo", 1).status_code == 404


def test_a_criterion_that_is_not_there_is_not_found(client: FlaskClient, number: str) -> None:
    assert decide(client, number, 1, 99, "ask").status_code == 404


def test_nothing_is_changed_without_the_token(client: FlaskClient, number: str) -> None:
    address = f"/sponsor/trials/{number}/criteria/{AGE}/standing"
    assert client.post(address, data={"base": "1", "standing": "ask"}).status_code == 400


# ---------------------------------------------------------------- htmx
def test_htmx_gets_the_one_card_and_everybody_hears_of_it(client: FlaskClient, number: str) -> None:
    address = f"/sponsor/trials/{number}/criteria/{AGE}/standing"
    answer = post(client, address, 1, {"standing": "ask"}, HTMX)
    assert answer.headers["HX-Trigger"] == "criteria-changed"
    assert "<html" not in answer.text
    assert "The person is asked" in card(answer.text, AGE)
    assert 'name="base" value="2"' in answer.text


def test_htmx_gets_the_way_back_in_the_place_of_a_removed_card(
    client: FlaskClient, number: str
) -> None:
    address = f"/sponsor/trials/{number}/criteria/{AGE}/remove"
    answer = post(client, address, 1, headers=HTMX)
    assert f"Criterion {AGE} is removed" in card(answer.text, AGE)
    assert 'hx-swap-oob="true"' in answer.text


# ---------------------------------------------------------------- two people
def test_whoever_is_late_sees_what_the_other_did_and_can_do_theirs_on_top(
    client: FlaskClient, fresh: World, number: str
) -> None:
    other = fresh.enter(APPROVER)
    decide(other, number, 1, DIABETIC, "site")
    answer = decide(client, number, 1, AGE, "ask")
    assert answer.status_code == 409
    assert "approver@example.org" in answer.text
    assert "The site judges" in plain(answer.text)
    assert standings(fresh.engine, number)[AGE] == "read"
    again = re.search(
        r'name="base" value="(\d+)">\s*<input type="hidden" name="(\w+)" value="(\w+)"', answer.text
    )
    assert again
    decide(client, number, int(again[1]), AGE, again[3])
    found = standings(fresh.engine, number)
    assert (found[AGE], found[DIABETIC]) == ("ask", "site")


def test_what_the_other_removed_is_not_offered_again(
    client: FlaskClient, fresh: World, number: str
) -> None:
    post(fresh.enter(APPROVER), f"/sponsor/trials/{number}/criteria/{AGE}/remove", 1)
    answer = decide(client, number, 1, AGE, "ask")
    assert answer.status_code == 409
    assert "Do mine on top of it" not in answer.text


def test_a_late_undo_does_not_offer_to_undo_what_the_other_did(
    client: FlaskClient, fresh: World, number: str
) -> None:
    decide(client, number, 1, AGE, "ask")
    decide(fresh.enter(APPROVER), number, 2, DIABETIC, "site")
    answer = post(client, f"/sponsor/trials/{number}/undo", 2)
    assert answer.status_code == 409
    assert "Do mine on top of it" not in answer.text


@pytest.mark.parametrize(
    "address",
    ["criteria/2/remove", "criteria/accept", "criteria/text", "undo", "history/1/restore"],
)
def test_nothing_done_late_overwrites_anything(
    client: FlaskClient, fresh: World, number: str, address: str
) -> None:
    decide(fresh.enter(APPROVER), number, 1, DIABETIC, "site")
    sent = {"do": "save", "criteria": "Gout"}
    answer = post(client, f"/sponsor/trials/{number}/{address}", 1, sent)
    assert answer.status_code == 409
    assert newest(fresh.engine, number)[0] == 2


def test_htmx_shows_the_page_of_a_late_change_instead_of_a_card(
    client: FlaskClient, fresh: World, number: str
) -> None:
    decide(fresh.enter(APPROVER), number, 1, DIABETIC, "site")
    address = f"/sponsor/trials/{number}/criteria/{AGE}/standing"
    answer = post(client, address, 1, {"standing": "ask"}, HTMX)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (409, "body")


def test_a_base_that_never_was_changes_nothing(client: FlaskClient, number: str) -> None:
    for base in ("", "x", "-1", "99999999999999999999"):
        address = f"/sponsor/trials/{number}/criteria/{AGE}/standing"
        sent = {"csrf_token": csrf(client, "/sponsor/trials"), "base": base, "standing": "ask"}
        assert client.post(address, data=sent).status_code == 409


# ---------------------------------------------------------------- the text
def text(
    client: FlaskClient, number: str, base: int, criteria: str, do: str = "preview", **fields: str
) -> TestResponse:
    sent = {"do": do, "criteria": criteria, "translation": "", "language": "en", **fields}
    return post(client, f"/sponsor/trials/{number}/criteria/text", base, sent)


def test_another_text_is_shown_before_it_is_kept(
    client: FlaskClient, fresh: World, number: str
) -> None:
    other = TEXT.replace("* Type 2 diabetes mellitus", "* Asthma")
    answer = text(client, number, 1, other)
    words = plain(answer.text)
    assert "1 criterion is new" in words
    assert "1 criterion goes" in words
    assert newest(fresh.engine, number)[0] == 1


def test_another_text_is_kept_with_what_was_decided(
    client: FlaskClient, fresh: World, number: str
) -> None:
    decide(client, number, 1, AGE, "accepted")
    other = TEXT.replace("* Type 2 diabetes mellitus", "* Asthma").replace("\n", "\r\n")
    answer = text(client, number, 2, other, do="save")
    assert answer.location.endswith(f"/sponsor/trials/{number}/criteria")
    found = standings(fresh.engine, number)
    assert found[AGE] == "accepted"
    assert DIABETIC not in found


def test_the_same_text_sent_by_a_form_is_no_change(
    client: FlaskClient, fresh: World, number: str
) -> None:
    translation = DRAFT.translations[0].criteria
    text(client, number, 1, TEXT.replace("\n", "\r\n"), do="save", translation=translation)
    assert newest(fresh.engine, number)[0] == 1


def test_a_million_signs_are_taken(client: FlaskClient, fresh: World, number: str) -> None:
    long = "Inclusion Criteria:\n\n* " + "é" * (LONGEST_TEXT - 24)
    answer = text(client, number, 1, long, do="save")
    assert answer.status_code == 302
    assert newest(fresh.engine, number)[1].draft.criteria == long


def test_a_longer_text_is_refused_and_kept_for_mending(client: FlaskClient, number: str) -> None:
    long = "x" * (LONGEST_TEXT + 1)
    answer = text(client, number, 1, long, do="save")
    assert answer.status_code == 422
    assert long in answer.text
    assert 'href="#criteria"' in answer.text


def test_a_text_with_a_sign_that_no_database_takes_is_refused(
    client: FlaskClient, number: str
) -> None:
    assert text(client, number, 1, "Adults\0", do="save").status_code == 422


def test_a_late_text_is_offered_again_as_a_preview(
    client: FlaskClient, fresh: World, number: str
) -> None:
    decide(fresh.enter(APPROVER), number, 1, AGE, "site")
    answer = text(client, number, 1, "Inclusion Criteria:\n\n* Gout", do="save")
    assert answer.status_code == 409
    assert "* Gout" in answer.text
    assert 'value="save"' not in answer.text


# ---------------------------------------------------------------- history
def test_the_history_says_who_did_what(client: FlaskClient, number: str) -> None:
    decide(client, number, 1, AGE, "ask")
    words = plain(client.get(f"/sponsor/trials/{number}/history?lang=en").text)
    assert f"Criterion {AGE} left to the person" in words
    assert SPONSOR in words


def test_two_revisions_are_compared_in_words(client: FlaskClient, number: str) -> None:
    decide(client, number, 1, AGE, "ask")
    address = f"/sponsor/trials/{number}/history?from=1&to=2&lang=en"
    assert "<ins ><mark>The person is asked</mark></ins>" in client.get(address).text


def test_an_earlier_revision_is_restored(client: FlaskClient, fresh: World, number: str) -> None:
    decide(client, number, 1, AGE, "ask")
    post(client, f"/sponsor/trials/{number}/history/1/restore", 2)
    assert standings(fresh.engine, number)[AGE] == "read"
    assert newest(fresh.engine, number)[0] == 3


@pytest.mark.parametrize("query", ["from=99&to=1", "from=x&to=", "page=99", "from=0&to=2"])
def test_the_history_takes_any_address(client: FlaskClient, number: str, query: str) -> None:
    assert client.get(f"/sponsor/trials/{number}/history?{query}").status_code == 200


def test_a_revision_that_is_not_there_is_not_restored(client: FlaskClient, number: str) -> None:
    assert post(client, f"/sponsor/trials/{number}/history/7/restore", 1).status_code == 404


@pytest.mark.parametrize("part", ["criteria", "criteria/text", "history"])
def test_a_posting_that_does_not_exist_is_not_found(client: FlaskClient, part: str) -> None:
    assert client.get(f"/sponsor/trials/S-AAAAAAAA/{part}").status_code == 404
