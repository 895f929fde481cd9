"""The small editor of one criterion, as a browser without JavaScript uses it and as htmx does."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from recruit.actions.posting import criteria, rule
from recruit.actions.posting.editing import Edit
from recruit.actions.posting.rule import Written
from recruit.audit import trail
from recruit.core.dates import TimeUnit
from recruit.core.db import reading, unit_of_work
from recruit.criteria.codec import encode
from recruit.criteria.eligibility import Criterion
from recruit.criteria.nodes import (
    Age,
    AllOf,
    AnyOf,
    Clinical,
    Measure,
    Not,
    Ordinal,
    Rule,
    Sex,
    State,
    Unparsed,
    Window,
)
from recruit.people import organisations
from recruit.people.organisations import OrganisationKind
from recruit.terminology.concepts import Kind
from recruit.trials.posting import store
from recruit.trials.posting.content import Reviewed, Standing
from recruit.trials.posting.store import Change
from recruit.web.sponsor.rule_fields import BRANCHES, FIELDS, Sort
from tests.functional.web.conftest import Stock
from tests.posting_rules import ASTHMA, HBA1C, METFORMIN, NESTED, T2D, begin, fields, press
from tests.web_world import SPONSOR, World, lexicon

HOSTILE = "{{7*7}}{% for x in y %}</textarea><script>alert(1)</script>\"'"
HTMX = {"HX-Request": "true"}


@pytest.fixture(scope="module")
def shared(stock: Stock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A service for all tests of these: each has a posting of its own."""
    world = stock.world(tmp_path_factory.mktemp("rules"))
    yield world
    world.engine.dispose()


class Editor:
    """One criterion of a posting of its own, in the browser of a sponsor."""

    def __init__(self, world: World, made: Rule, language: str = "en") -> None:
        self.world = world
        self.number = begin(world.engine, ("inclusion", "As it is written", made))
        self.client: FlaskClient = world.enter(SPONSOR)
        self.client.set_cookie("language", language)
        self.address = f"/sponsor/trials/{self.number}/criteria/1/rule"
        self.new = f"/sponsor/trials/{self.number}/criteria/new"
        self.page = self.client.get(self.address).text

    def press(self, deed: str, **changed: str) -> int:
        """Press a button of the page; the status of the answer."""
        answer = press(self.client, self.address, self.page, deed, **changed)
        if answer.status_code != 303:
            self.page = answer.text
        return answer.status_code

    @property
    def problems(self) -> dict[str, str]:
        """By field, what the summary says."""
        found = re.search(r'<div class="problems".*?</div>', self.page, re.DOTALL)
        links = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', found[0]) if found else []
        return {name: words.strip() for name, words in links}

    @property
    def kept(self) -> Reviewed:
        """The criterion in the database."""
        with reading(self.world.engine) as session:
            return store.get(session, self.number, None).content.criteria[0]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    "made", [T2D, METFORMIN, HBA1C, NESTED], ids=lambda made: type(made).__name__
)
def test_what_nobody_touches_stays_as_it_is(shared: World, made: Rule, language: str) -> None:
    editor = Editor(shared, made, language)
    assert editor.press("show") == 200
    assert editor.press("save") == 303
    assert editor.kept.criterion.rule == made
    assert editor.kept.standing is Standing.CORRECTED


def test_a_bound_is_moved(shared: World) -> None:
    editor = Editor(shared, HBA1C, "fr")
    assert editor.press("save", r_min="7,5", r_max_inclusive="no") == 303
    assert editor.kept.criterion.rule == replace(HBA1C, min=7.5, max_inclusive=False)


def test_a_change_is_on_the_trail_without_its_words(shared: World) -> None:
    editor = Editor(shared, T2D)
    editor.press("save", r_text="Mauvaise herbe")
    with reading(shared.engine) as session:
        newest = trail.about(session, editor.number)[-1]
    assert newest["tag"] == "trials:posting:changed"
    assert "Mauvaise" not in str(dict(newest))


def test_text_that_was_not_read_becomes_a_rule(shared: World) -> None:
    editor = Editor(shared, Unparsed("haemoglobin over nine"))
    editor.press("show:r-type", r_type="measure")
    assert "As it is written" in editor.page
    editor.press("show:r-variable", r_variable="haemoglobin")
    assert fields(editor.page)["r-unit"] == "g/dL"
    assert editor.press("save", r_min="9", r_min_inclusive="no") == 303
    assert editor.kept.criterion.rule == Measure(
        "haemoglobin", min=9, min_inclusive=False, unit="g/dL"
    )


def test_a_unit_that_fits_no_more_gives_way_to_the_new_values_own(shared: World) -> None:
    editor = Editor(shared, HBA1C)
    editor.press("show", r_variable="haemoglobin")
    assert fields(editor.page)["r-unit"] == "g/dL"


def test_a_time_is_given_to_a_statement(shared: World) -> None:
    editor = Editor(shared, T2D)
    assert editor.press("save", r_within_min="6", r_status="ever") == 303
    within = Window(min=6, unit=TimeUnit.MONTH)
    assert editor.kept.criterion.rule == replace(T2D, status="ever", within=within)


def test_statements_are_joined_moved_wrapped_and_removed(shared: World) -> None:
    editor = Editor(shared, T2D)
    editor.press("or:r")
    editor.press("show:r-1-type", r_1_type="sex")
    editor.press("not:r-1", r_1_value="male")
    editor.press("up:r-1")
    editor.press("group:r")
    editor.press("remove:r-2")
    assert editor.press("save") == 303
    assert editor.kept.criterion.rule == AnyOf((Not(Sex("male")), T2D))


def test_a_page_has_every_field_of_every_type(shared: World) -> None:
    editor = Editor(shared, T2D)
    for type_, own in FIELDS.items():
        if type_ in BRANCHES:
            continue
        editor.page = editor.client.get(editor.address).text
        editor.press("show", r_type=type_)
        wanted = {f"r-{each.name}" for each in own if each.sort not in {Sort.SEVERAL, Sort.SPAN}}
        assert wanted <= set(fields(editor.page)), type_


def test_terms_and_grades_are_boxes(shared: World) -> None:
    editor = Editor(
        shared, AllOf((replace(T2D, besides=("MESH:D003922",)), Ordinal("ecog", ("0", "1"))))
    )
    sent = fields(editor.page)
    assert sent.getlist("r-0-concepts") == ["MESH:D003924"]
    assert sent.getlist("r-0-besides") == ["MESH:D003922"]
    assert sent.getlist("r-1-values") == ["0", "1"]


# -------------------------------------------------------------------- terms
def test_a_search_chooses_what_is_beyond_doubt(shared: World) -> None:
    editor = Editor(shared, Clinical(Kind.CONDITION, "something"))
    editor.press("find:r", r_text="asthme")
    assert fields(editor.page).getlist("r-concepts") == [ASTHMA.concepts[0]]


def test_a_search_chooses_nothing_that_is_only_alike(shared: World) -> None:
    editor = Editor(shared, Clinical(Kind.CONDITION, "something"))
    editor.press("find:r", r_text="heart attak")
    assert fields(editor.page).getlist("r-concepts") == []
    assert 'value="MESH:D009203"' in editor.page


def test_an_exception_is_looked_up(shared: World) -> None:
    editor = Editor(shared, Clinical(Kind.CONDITION, "diabetes", ("MESH:D003920",)))
    editor.press("find_besides:r", r_besides_find="type 1 diabetes")
    assert fields(editor.page).getlist("r-besides") == []
    assert editor.press("save", r_besides="MESH:D003922") == 303
    kept = editor.kept.criterion.rule
    assert isinstance(kept, Clinical)
    assert kept.besides == ("MESH:D003922",)


def lookup(editor: Editor, words: str, kind: str = "condition", **more: str) -> str:
    asked = {"at": "r", "field": "concepts", "kind": kind, "r-text": words, **more}
    answer = editor.client.get(
        f"/sponsor/trials/{editor.number}/criteria/lookup", query_string=asked, headers=HTMX
    )
    assert answer.status_code == 200
    assert answer.headers["HX-Trigger-After-Settle"] == "rule-changed"
    return answer.text


def test_a_lookup_shows_names_in_both_languages_the_code_and_how_sure_it_is(shared: World) -> None:
    found = lookup(Editor(shared, T2D, "fr"), "infarctus du myocarde")
    assert "myocardial infarction" in found
    assert "MESH:D009203" in found
    assert "même nom" in found


def test_a_lookup_ticks_only_what_is_beyond_doubt(shared: World) -> None:
    editor = Editor(shared, T2D)
    assert "checked" in lookup(editor, "asthma")
    assert "checked" not in lookup(editor, "heart attak")
    assert "checked" not in lookup(editor, "asthma", **{"r-concepts": "MESH:D003924"})


def test_an_allergy_is_to_what_another_statement_takes(shared: World) -> None:
    assert "ATC:A10BA02" in lookup(Editor(shared, T2D), "metformin", "allergy")


@pytest.mark.parametrize("words", ["", "   ", "x" * 3000, HOSTILE, "\0", "𝕏" * 99])
def test_a_lookup_of_odd_words_finds_nothing(shared: World, words: str) -> None:
    found = lookup(Editor(shared, T2D), words)
    assert "<input" not in found
    assert "<script>" not in found


@pytest.mark.parametrize(
    "odd", [{"at": "r-0]"}, {"at": ""}, {"field": "text"}, {"kind": "measure"}, {"kind": ""}]
)
def test_a_lookup_for_no_field_is_refused(shared: World, odd: dict[str, str]) -> None:
    editor = Editor(shared, T2D)
    asked = {"at": "r", "field": "concepts", "kind": "condition", "r-text": "asthma", **odd}
    address = f"/sponsor/trials/{editor.number}/criteria/lookup"
    assert editor.client.get(address, query_string=asked).status_code == 400


# -------------------------------------------------------------------- what is refused
REFUSED = [
    (HBA1C, {"r_min": "11"}, "r-max"),
    (HBA1C, {"r_min": "seven"}, "r-min"),
    (HBA1C, {"r_min": "nan"}, "r-min"),
    (HBA1C, {"r_unit": "furlong"}, "r-unit"),
    (HBA1C, {"r_unit": "times:moon"}, "r-unit"),
    (HBA1C, {"r_variable": "no_such_value"}, "r-variable"),
    (HBA1C, {"r_variable": ""}, "r-variable"),
    (HBA1C, {"r_min": "", "r_max": "", "r_within_max": ""}, "r-min"),
    (HBA1C, {"r_within_min": "5"}, "r-within_max"),
    (HBA1C, {"r_within_unit": "aeon"}, "r-within_unit"),
    (Age(18, 75), {"r_min": "", "r_max": ""}, "r-min"),
    (Age(18, 75), {"r_min": "-1"}, "r-min"),
    (T2D, {"r_text": ""}, "r-text"),
    (T2D, {"r_text": "x" * 5001}, "r-text"),
    (T2D, {"r_concepts": "MESH:D9999999"}, "r-concepts"),
    (T2D, {"r_status": "someday"}, "r-status"),
    (Ordinal("ecog", ("0",)), {"r_values": "9"}, "r-values"),
    (Ordinal("ecog", ("0",)), {"r_min": "0"}, "r-values"),
    (Ordinal("ecog", min=0), {"r_min": ""}, "r-values"),
    (State("smoker"), {"r_state": "moody"}, "r-state"),
    (Sex("male"), {"r_value": "other"}, "r-value"),
    (AllOf((HBA1C, Not(Age(18)))), {"r_1_0_min": "old"}, "r-1-0-min"),
    (NESTED, {"r_2_n": "7"}, "r-2-n"),
    (NESTED, {"r_2_n": "two"}, "r-2-n"),
]


@pytest.mark.parametrize(
    ("made", "typed", "field"), REFUSED, ids=[f"{t}"[:40] for _, t, _ in REFUSED]
)
def test_what_makes_no_sense_is_refused_at_its_field(
    shared: World, made: Rule, typed: dict[str, str], field: str
) -> None:
    editor = Editor(shared, made)
    assert editor.press("save", **typed) == 422
    assert set(editor.problems) == {field}
    assert f'id="{field}"' in editor.page
    assert editor.kept.criterion.rule == made


def test_what_was_typed_wrong_is_kept(shared: World) -> None:
    editor = Editor(shared, HBA1C, "fr")
    editor.press("save", r_min="sept", r_unit="furlong")
    sent = fields(editor.page)
    assert (sent["r-min"], sent["r-unit"]) == ("sept", "furlong")
    assert editor.problems == {"r-min": "Veuillez écrire un nombre seul, par exemple 7,5."}


def test_a_group_without_statements_is_refused(shared: World) -> None:
    editor = Editor(shared, AllOf((T2D, HBA1C)))
    sent = {k: v for k, v in fields(editor.page).items() if not k.startswith(("r-0", "r-1"))}
    answer = editor.client.post(editor.address, data={**sent, "do": "save"})
    assert answer.status_code == 422
    assert 'href="#r-of"' in answer.text


def test_what_is_typed_is_shown_as_typed(shared: World) -> None:
    editor = Editor(shared, Unparsed("a diary"))
    assert editor.press("save", r_text=HOSTILE) == 303
    assert editor.kept.criterion.rule == Unparsed(HOSTILE)
    page = editor.client.get(editor.address).text
    assert fields(page)["r-text"] == HOSTILE
    assert "<script>alert" not in page
    assert "{{7*7}}" in page


@pytest.mark.parametrize(
    "odd",
    [
        {"r-type": "exec"},
        {"r-type": ""},
        {"kind": "both"},
        {"base": "first"},
        {"base": "-1"},
        {"base": "9" * 40},
    ],
)
def test_a_form_that_is_none_of_ours_is_refused(shared: World, odd: dict[str, str]) -> None:
    editor = Editor(shared, T2D)
    sent = {**fields(editor.page), **odd, "do": "save"}
    assert editor.client.post(editor.address, data=sent).status_code == 400
    assert editor.kept.criterion.rule == T2D


@pytest.mark.parametrize("deed", ["", "dance:r", "remove:r-99", "up:x", "add:", "not:r-0-0-0", ":"])
def test_a_button_that_is_none_changes_nothing(shared: World, deed: str) -> None:
    editor = Editor(shared, AllOf((T2D, HBA1C)))
    before = fields(editor.page)
    assert editor.press(deed) == 200
    after = fields(editor.page)
    assert {k: v for k, v in after.items() if k != "csrf_token"} == {
        k: v for k, v in before.items() if k != "csrf_token"
    }


def test_a_rule_with_too_many_parts_is_refused(shared: World) -> None:
    editor = Editor(shared, AllOf((T2D,) * 2))
    sent = dict(fields(editor.page))
    for index in range(2, 300):
        sent |= {f"r-{index}-type": "sex", f"r-{index}-value": "male"}
    assert editor.client.post(editor.address, data={**sent, "do": "save"}).status_code == 400
    assert (
        editor.client.post(
            editor.address, data={**sent, "r" + "-0" * 40 + "-type": "all"}
        ).status_code
        == 400
    )


def test_a_rule_that_is_full_takes_no_more(shared: World) -> None:
    editor = Editor(shared, AllOf((Sex("male"),) * 199))
    assert editor.press("add:r") == 200
    assert list(editor.problems) == ["r-of"]


def test_a_rule_larger_than_the_form_begins_anew_and_says_so(shared: World) -> None:
    editor = Editor(shared, AllOf((Sex("male"),) * 300))
    assert list(editor.problems) == ["r-type"]
    assert fields(editor.page)["r-text"] == "As it is written"
    assert isinstance(editor.kept.criterion.rule, AllOf)


def test_a_place_in_the_text_that_the_rule_never_had_is_none(shared: World) -> None:
    placed = replace(T2D, span=(3, 9))
    editor = Editor(shared, placed)
    editor.press("save", r_span="0-999999")
    assert editor.kept.criterion.rule == T2D


# -------------------------------------------------------------------- a criterion by hand
def test_a_criterion_is_written_by_hand(shared: World) -> None:
    editor = Editor(shared, T2D)
    page = editor.client.get(f"{editor.new}?kind=exclusion").text
    page = press(editor.client, editor.new, page, "show", r_type="state").text
    answer = press(editor.client, editor.new, page, "save", text="Smokes", r_state="smoker")
    assert answer.headers["Location"].endswith("/criteria#criterion-2")
    with reading(shared.engine) as session:
        kept = store.get(session, editor.number, None)
    criterion = Criterion("exclusion", "Smokes", State("smoker"))
    assert kept.content.criteria[1] == Reviewed(2, criterion, Standing.CORRECTED)
    assert (kept.newest.change, kept.newest.about) == (Change.ADDED, "2")


@pytest.mark.parametrize("words", ["", "  \n ", "x" * 5001, "a\0b"])
def test_a_criterion_needs_words_that_can_be_kept(shared: World, words: str) -> None:
    editor = Editor(shared, T2D)
    page = editor.client.get(editor.new).text
    page = press(editor.client, editor.new, page, "show", r_type="sex").text
    answer = press(editor.client, editor.new, page, "save", text=words, r_value="male")
    assert answer.status_code == 422
    assert 'href="#text"' in answer.text


def test_words_of_ones_own_can_be_changed_and_the_texts_cannot(shared: World) -> None:
    editor = Editor(shared, T2D)
    assert "text" not in fields(editor.page)
    editor.press("save", text="Other words")
    assert editor.kept.criterion.text == "As it is written"
    editor.page = editor.client.get(editor.address).text  # no text holds it: now it is their own
    assert editor.press("save", text="Other words") == 303
    assert editor.kept.criterion.text == "Other words"


# -------------------------------------------------------------------- two at once
def overtake(editor: Editor) -> None:
    """Somebody else corrects the criterion."""
    by = Edit(editor.number, None, 1, "account 99")
    rule.correct(editor.world.engine, lexicon(), by, 1, Written("inclusion", "", ASTHMA))


def test_nobody_overwrites_what_another_has_done(shared: World) -> None:
    editor = Editor(shared, T2D)
    overtake(editor)
    assert editor.press("save", r_within_min="6") == 409
    assert editor.kept.criterion.rule == ASTHMA
    assert "Asthma (severe)" in editor.page
    assert fields(editor.page)["r-within_min"] == "6"


def test_who_has_seen_it_may_save_theirs(shared: World) -> None:
    editor = Editor(shared, T2D)
    overtake(editor)
    editor.press("save", r_within_min="6")
    assert editor.press("save") == 303
    assert editor.kept.criterion.rule == replace(T2D, within=Window(min=6, unit=TimeUnit.MONTH))


def test_what_was_removed_meanwhile_can_be_saved_as_a_new_one(shared: World) -> None:
    editor = Editor(shared, T2D)
    criteria.remove(shared.engine, Edit(editor.number, None, 1, "account 99"), 1)
    assert editor.press("save") == 409
    editor.address = editor.new
    assert editor.press("save") == 303
    assert editor.kept.criterion.rule == T2D


def test_a_criterion_that_never_was_is_not_there(shared: World) -> None:
    editor = Editor(shared, T2D)
    address = editor.address.replace("/1/", "/77/")
    assert editor.client.get(address).status_code == 404
    assert press(editor.client, address, editor.page, "save").status_code == 404


def test_another_organisations_criterion_is_not_there(fresh: World) -> None:
    editor = Editor(fresh, T2D)
    with unit_of_work(fresh.engine) as session:
        ours = organisations.add(session, "Ours", OrganisationKind.SPONSOR).id
        session.execute(
            text("update account set organisation = :o where email = :e"), {"o": ours, "e": SPONSOR}
        )
    for address in (
        editor.address,
        editor.new,
        editor.new.replace("new", "lookup?at=r&field=concepts&kind=drug"),
    ):
        assert editor.client.get(address).status_code == 404
    assert editor.press("save") == 404


# -------------------------------------------------------------------- htmx
def test_htmx_gets_the_form_alone(shared: World) -> None:
    editor = Editor(shared, T2D)
    fragment = editor.client.get(editor.address, headers=HTMX).text
    assert "<html" not in fragment
    assert fields(fragment)["r-type"] == "condition"


def test_htmx_gets_what_it_says_alone(shared: World) -> None:
    editor = Editor(shared, T2D)
    sent = {**fields(editor.page), "do": "says", "r-within_min": "6"}
    said = editor.client.post(editor.address, data=sent, headers=HTMX).text
    assert "<form" not in said
    assert "Type 2 diabetes mellitus for at least 6 months." in said
    assert "Diabète de type 2 depuis au moins 6 mois." in said


def test_htmx_is_told_where_to_go_and_that_criteria_changed(shared: World) -> None:
    editor = Editor(shared, T2D)
    sent = {**fields(editor.page), "do": "save"}
    here = {
        **HTMX,
        "HX-Current-URL": f"http://x/sponsor/trials/{editor.number}/criteria#criterion-3",
    }
    answer = editor.client.post(editor.address, data=sent, headers=here)
    assert answer.headers["HX-Trigger"] == "criteria-changed"
    assert answer.headers["HX-Redirect"].endswith("/criteria#criterion-1")
    assert answer.headers["HX-Refresh"] == "true"


def test_what_a_refused_rule_lacks_is_said(shared: World) -> None:
    editor = Editor(shared, HBA1C, "fr")
    sent = {**fields(editor.page), "do": "says", "r-unit": "furlong"}
    said = editor.client.post(editor.address, data=sent, headers=HTMX).text
    assert "Cette valeur ne s’exprime pas dans cette unité." in said


def test_what_is_kept_is_what_was_meant(shared: World) -> None:
    """The rule in the database is the contract's JSON."""
    editor = Editor(shared, NESTED)
    editor.press("save")
    with reading(shared.engine) as session:
        content = session.execute(
            text("select content from posting_revision where posting = :p order by number desc"),
            {"p": editor.number},
        ).scalar()
    assert json.loads(str(content))["criteria"][0]["criterion"]["rule"] == encode(NESTED)


def test_the_kind_that_the_trials_text_gives_stays(shared: World) -> None:
    editor = Editor(shared, T2D)
    assert editor.press("save", kind="exclusion") == 303
    assert editor.kept.criterion.kind == "inclusion"
