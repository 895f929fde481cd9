"""Two contents of a posting side by side: whatever changed is said, in the reader's words."""

from dataclasses import fields, replace

import pytest

from recruit.actions.posting.draft_words import told
from recruit.actions.posting.history import Difference, differences
from recruit.core.dates import PartialDate, TimeUnit
from recruit.criteria.eligibility import Criterion
from recruit.criteria.nodes import Age, Clinical
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import (
    AgeLimit,
    Contact,
    Participation,
    SiteDraft,
    Translation,
    TrialDraft,
    TrialStatus,
)
from recruit.trials.posting.content import Content, Reviewed, Standing
from recruit.trials.posting.reading import begun, reread

TEXT = """Inclusion Criteria:

* Age 18 years or older
* Type 2 diabetes

Exclusion Criteria:

* Pregnancy
"""
PARIS = SiteDraft("Hôpital Saint-Exemple", "Paris", "75012", "FR", capacity=4)
DRAFT = TrialDraft(id="S-1", criteria=TEXT, title="Sugar at night", sites=(PARIS,))

# One other value for each field of a draft.
OTHERS: dict[str, object] = {
    "id": "NCT00000009",
    "criteria": TEXT + "* Asthma\n",
    "language": "fr",
    "title": "Sugar by day",
    "official_title": "A randomised trial",
    "summary": "It compares.",
    "conditions": ("Gout",),
    "interventions": ("Placebo",),
    "keywords": ("sugar",),
    "sex": "female",
    "min_age": "18 Years",
    "max_age": "75 Years",
    "youngest": AgeLimit(18, TimeUnit.YEAR),
    "oldest": AgeLimit(75, TimeUnit.YEAR),
    "healthy_volunteers": False,
    "status": TrialStatus.RECRUITING,
    "phase": "2",
    "sponsor": "Example University",
    "starts": PartialDate.parse("2026-01"),
    "ends": PartialDate.parse("2027"),
    "target": 1200,
    "registry_ids": ("2026-500000-00-00",),
    "url": "https://example.org/trial",
    "sites": (replace(PARIS, capacity=5),),
    "translations": (Translation("fr", "", title="Du sucre la nuit"),),
    "participation": Participation(visits="Four visits"),
    "contacts": (Contact("Study desk", phone="01 99 00 12 34"),),
}


def said(old: Content, new: Content, lexicon: Lexicon, language: str = "en") -> list[Difference]:
    return list(differences(old, new, language, lexicon))


def with_rules(*reviewed: Reviewed) -> Content:
    return Content(replace(DRAFT, criteria=""), reviewed)


def aged(number: int, lowest: int, standing: Standing = Standing.READ) -> Reviewed:
    rule = Age(min=lowest)
    return Reviewed(number, Criterion("inclusion", f"Age over {lowest}", rule), standing)


def test_every_field_of_a_draft_has_another_value_here() -> None:
    assert set(OTHERS) == {field.name for field in fields(TrialDraft)}


@pytest.mark.parametrize("name", OTHERS)
def test_a_change_of_any_field_is_said(name: str, lexicon: Lexicon) -> None:
    changed = replace(DRAFT, **{name: OTHERS[name]})  # type: ignore[arg-type] # a field's own type
    found = said(Content(DRAFT), Content(changed), lexicon)
    assert len(found) == 1
    assert found[0].before != found[0].after


@pytest.mark.parametrize("name", [each.name for each in fields(SiteDraft)])
def test_a_change_of_any_field_of_a_site_is_said(name: str, lexicon: Lexicon) -> None:
    others: dict[str, object] = {
        "country": "BE",
        "lat": 50.1,
        "lon": 4.2,
        "capacity": 9,
        "status": TrialStatus.SUSPENDED,
        "contact": Contact("Desk"),
    }
    there = replace(PARIS, lat=48.8, lon=2.3)
    other = replace(there, **{name: others.get(name, "elsewhere")})  # type: ignore[arg-type] # a field's own type
    old, new = (Content(replace(DRAFT, sites=(site,))) for site in (there, other))
    assert said(old, new, lexicon)


def test_the_same_content_has_no_differences(lexicon: Lexicon) -> None:
    content = begun(DRAFT, lexicon)
    assert said(content, content, lexicon) == []


def test_a_rule_is_a_sentence_before_and_after(lexicon: Lexicon) -> None:
    found = said(with_rules(aged(3, 18)), with_rules(aged(3, 21)), lexicon)
    rule = found[0]
    assert (rule.part, rule.number) == ("Inclusion criterion {number}", 3)
    assert "18" in rule.before
    assert "21" in rule.after


def test_rules_are_said_in_the_readers_language(lexicon: Lexicon) -> None:
    found = said(with_rules(aged(3, 18)), with_rules(aged(3, 21)), lexicon, "fr")
    assert found[0].language == "fr"
    assert "d’au moins 21 ans" in found[0].after


def test_a_decision_is_said_in_words(lexicon: Lexicon) -> None:
    old, new = with_rules(aged(3, 18)), with_rules(aged(3, 18, Standing.ASK))
    assert said(old, new, lexicon) == [
        Difference("Decision on criterion {number}", "", "The person is asked", "en", 3)
    ]


def test_a_criterion_that_has_gone_stands_before_alone(lexicon: Lexicon) -> None:
    found = said(with_rules(aged(1, 18), aged(2, 21)), with_rules(aged(1, 18)), lexicon)
    assert [(each.number, each.after) for each in found] == [(2, "")]


def test_another_order_is_said(lexicon: Lexicon) -> None:
    old, new = (with_rules(*map(aged, each, (18, 18))) for each in ((1, 2), (2, 1)))
    assert [(each.part, each.before, each.after) for each in said(old, new, lexicon)][-1] == (
        "Order of the criteria",
        "1, 2",
        "2, 1",
    )


def test_an_inclusion_that_became_an_exclusion_is_two_statements(lexicon: Lexicon) -> None:
    out = aged(1, 18)
    turned = replace(out, criterion=replace(out.criterion, kind="exclusion"))
    parts = [each.part for each in said(with_rules(out), with_rules(turned), lexicon)]
    assert parts == ["Inclusion criterion {number}", "Exclusion criterion {number}"]


def test_rules_that_sound_alike_are_told_apart_by_their_codes(lexicon: Lexicon) -> None:
    def rule(code: str) -> Reviewed:
        leaf = Clinical(Kind.CONDITION, "gout", (code,))
        return Reviewed(1, Criterion("inclusion", "gout", leaf))

    found = said(with_rules(rule("XX:1")), with_rules(rule("XX:2")), lexicon)
    assert "XX:1" in found[0].before
    assert "XX:2" in found[0].after


def test_a_criterion_that_only_moved_in_the_text_has_not_changed(lexicon: Lexicon) -> None:
    old = begun(DRAFT, lexicon)
    new = reread(old, replace(DRAFT, criteria="\n\n" + TEXT), lexicon)
    assert [each.part for each in said(old, new, lexicon)] == ["Eligibility text"]


def test_a_site_that_moved_up_in_the_list_has_not_changed(lexicon: Lexicon) -> None:
    lyon = SiteDraft("Centre du Rhône", "Lyon")
    one, other = (replace(DRAFT, sites=sites) for sites in ((PARIS, lyon), (lyon, PARIS)))
    assert said(Content(one), Content(other), lexicon) == []


def test_every_text_of_a_translation_is_told() -> None:
    whole = Translation("fr", "c", "t", "s", "o", Participation("v", "b", "r"))
    draft = TrialDraft(id="S-1", criteria="", translations=(whole,))
    words = {each.words for each in told(draft, "en") if each.language == "fr"}
    assert words == set("ctsovbr")
