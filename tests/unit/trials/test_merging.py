"""What a registry amended, merged into what the sponsor wrote."""

from dataclasses import replace

import pytest

from recruit.core.dates import PartialDate, TimeUnit
from recruit.trials.draft import (
    AgeLimit,
    Contact,
    Participation,
    SiteDraft,
    Translation,
    TrialDraft,
    TrialStatus,
)
from recruit.trials.merging import Part, differing, merged

TOWN = SiteDraft("Town Hospital", "Lyon", "69003", "FR", 45.75, 4.85, TrialStatus.RECRUITING)
SEA = SiteDraft("Sea Hospital", "Brest", "29200", "FR", 48.39, -4.49, TrialStatus.RECRUITING)
BASE = TrialDraft(
    id="NCT90000001",
    criteria="Inclusion Criteria:\n\n* Gout",
    title="Walking",
    summary="People walk.",
    conditions=("Gout",),
    max_age="75 Years",
    oldest=AgeLimit(75, TimeUnit.YEAR),
    status=TrialStatus.NOT_YET_RECRUITING,
    target=120,
    url="https://clinicaltrials.gov/study/NCT90000001",
    sites=(TOWN, SEA),
)
FRENCH = Translation("fr", "Critères d’inclusion :\n- Goutte", "La marche")


def test_a_record_that_did_not_change_changes_nothing() -> None:
    ours = replace(BASE, title="Walking every day", target=100, sites=(TOWN,))
    assert merged(ours, BASE, BASE) == ours
    assert differing(ours, BASE, BASE) == ()


CHANGES: dict[Part, dict[str, object]] = {
    Part.TITLES: {"title": "Running", "official_title": "A trial of running"},
    Part.SUMMARY: {"summary": "People run."},
    Part.CRITERIA: {"criteria": "Inclusion Criteria:\n\n* Asthma"},
    Part.CONDITIONS: {"conditions": ("Asthma",), "keywords": ("breath",)},
    Part.INTERVENTIONS: {"interventions": ("Running",)},
    Part.WHO: {"sex": "female", "min_age": "18 Years", "youngest": AgeLimit(18, TimeUnit.YEAR)},
    Part.STATUS: {"status": TrialStatus.RECRUITING},
    Part.PHASE: {"phase": "3"},
    Part.SPONSOR: {"sponsor": "Runners United"},
    Part.DATES: {"starts": PartialDate.parse("2027"), "ends": PartialDate.parse("2028")},
    Part.TARGET: {"target": 200},
    Part.NUMBERS: {"registry_ids": ("OWN-1",)},
    Part.CONTACTS: {"contacts": (Contact("Study desk"),)},
    Part.SITES: {"sites": (replace(TOWN, status=TrialStatus.COMPLETED), SEA)},
}


def changed(part: Part, draft: TrialDraft = BASE) -> TrialDraft:
    return replace(draft, **CHANGES[part])  # type: ignore[arg-type]  # each field has its own type


@pytest.mark.parametrize("part", Part)
def test_what_the_registry_changed_is_taken_over(part: Part) -> None:
    assert merged(BASE, changed(part), BASE) == changed(part)


@pytest.mark.parametrize("part", Part)
def test_a_change_belongs_to_one_part(part: Part) -> None:
    assert differing(BASE, changed(part), BASE) == (part,)


@pytest.mark.parametrize("part", Part)
def test_a_part_that_is_not_chosen_stays(part: Part) -> None:
    others = tuple(other for other in Part if other is not part)
    assert merged(BASE, changed(part), BASE, others) == BASE


def test_without_a_record_to_compare_with_what_differs_counts_as_changed() -> None:
    ours = replace(BASE, title="Mine", status=TrialStatus.UNKNOWN)
    assert differing(ours, BASE, None) == (Part.TITLES, Part.STATUS)


def test_without_a_record_to_compare_with_nothing_is_emptied() -> None:
    bare = TrialDraft(id="NCT90000001", criteria="")
    assert merged(BASE, bare, None) == BASE


def test_a_bound_that_the_registry_took_out_goes() -> None:
    record = replace(BASE, max_age=None, oldest=None)
    assert merged(BASE, record, BASE).oldest is None


def test_the_number_stays_ours() -> None:
    record = replace(BASE, id="2026-500001-11-00", title="Running")
    assert merged(BASE, record, BASE).id == BASE.id


def test_what_taking_part_means_stays() -> None:
    ours = replace(BASE, participation=Participation("Six visits", "Blood samples", "Travel"))
    assert merged(ours, changed(Part.TITLES), BASE).participation == ours.participation


# ---------------------------------------------------------------- languages
def test_a_translation_made_by_hand_stays() -> None:
    ours = replace(BASE, translations=(FRENCH,))
    record = replace(changed(Part.TITLES), translations=(replace(FRENCH, title="La course"),))
    assert merged(ours, record, BASE).translations == (FRENCH,)


def test_a_translation_of_the_registrys_follows_the_registry() -> None:
    base = replace(BASE, translations=(FRENCH,))
    running = replace(FRENCH, title="La course")
    record = replace(BASE, translations=(running,))
    assert merged(base, record, base).translations == (running,)


def test_a_record_in_another_language_becomes_a_translation() -> None:
    ours = TrialDraft(id="NCT90000001", criteria="", language="fr", title="La marche")
    found = merged(ours, BASE, None)
    assert (found.title, found.language) == ("La marche", "fr")
    assert found.translations[0].title == BASE.title
    assert found.text("en") == BASE.criteria


def test_a_translation_that_the_record_does_not_have_stays() -> None:
    ours = replace(BASE, translations=(FRENCH,))
    assert merged(ours, changed(Part.CRITERIA), ours).translations == (FRENCH,)


# ---------------------------------------------------------------- sites
DETAILED = replace(
    TOWN,
    capacity=12,
    hours="Monday",
    travel="Taxi",
    contact=Contact("Ada Example"),
    address="1, rue",
)


def test_what_only_we_know_of_a_site_stays() -> None:
    ours = replace(BASE, sites=(DETAILED, SEA))
    record = replace(BASE, sites=(replace(TOWN, status=TrialStatus.COMPLETED), SEA))
    found = merged(ours, record, BASE).sites[0]
    assert found == replace(DETAILED, status=TrialStatus.COMPLETED)


def test_a_contact_that_somebody_here_wrote_stays() -> None:
    ours = replace(BASE, sites=(DETAILED, SEA))
    record = replace(BASE, sites=(replace(TOWN, contact=Contact("Trial desk")), SEA))
    assert merged(ours, record, BASE).sites == ours.sites


def test_a_site_that_the_registry_took_out_goes() -> None:
    assert merged(BASE, replace(BASE, sites=(SEA,)), BASE).sites == (SEA,)


def test_a_site_that_the_registry_never_had_stays() -> None:
    own = SiteDraft("Our own", "Metz")
    ours = replace(BASE, sites=(own, TOWN, SEA))
    new = SiteDraft("New Hospital", "Nice")
    assert merged(ours, replace(BASE, sites=(TOWN, SEA, new)), BASE).sites == (TOWN, SEA, new, own)


def test_a_site_that_we_took_out_comes_back_when_the_registry_changes_it() -> None:
    ours = replace(BASE, sites=(TOWN,))
    record = replace(BASE, sites=(TOWN, replace(SEA, status=TrialStatus.COMPLETED)))
    assert differing(ours, record, BASE) == (Part.SITES,)


def test_a_position_that_was_filled_in_stays_where_the_registry_has_none() -> None:
    bare = replace(TOWN, lat=None, lon=None)
    base = replace(BASE, sites=(bare,))
    ours = replace(BASE, sites=(TOWN,))
    record = replace(base, sites=(replace(bare, status=TrialStatus.COMPLETED),))
    found = merged(ours, record, base).sites[0]
    assert (found.lat, found.lon, found.status) == (45.75, 4.85, TrialStatus.COMPLETED)


def test_a_record_without_sites_says_nothing_of_sites() -> None:
    assert merged(BASE, replace(BASE, sites=()), BASE) == BASE


def test_sites_in_another_order_are_the_same_sites() -> None:
    assert differing(BASE, replace(BASE, sites=(SEA, TOWN)), BASE) == ()


def test_two_sites_of_one_name_are_two() -> None:
    twins = replace(BASE, sites=(TOWN, TOWN))
    record = replace(BASE, sites=(TOWN, replace(TOWN, status=TrialStatus.COMPLETED)))
    assert len(merged(twins, record, twins).sites) == 2
