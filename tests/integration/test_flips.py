"""An amendment before it is published: whose match would end, and ending it."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from recruit.actions.fallen import fallen
from recruit.actions.match_table import MatchRow, Superseded
from recruit.actions.matching import match_all
from recruit.actions.people import Import, import_people
from recruit.actions.person import withdraw
from recruit.actions.posting import flips as posting_flips
from recruit.actions.posting.flips import Flips, flips, supersede
from recruit.actions.trials import import_trials
from recruit.consent.choices import Choice, Purpose
from recruit.consent.ledger import Actor, Role
from recruit.core.clock import now, today
from recruit.core.db import reading, unit_of_work
from recruit.core.files import Record
from recruit.criteria.eligibility import Criterion, Eligibility
from recruit.criteria.nodes import Age
from recruit.matching import reference
from recruit.people import organisations
from recruit.people import store as people
from recruit.people.organisations import OrganisationKind
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from tests.erasing import SECRETS
from tests.functional.samples import DIABETES, person, trial
from tests.outreach import VOICE

UNDER_60 = Criterion("inclusion", "Younger than 60", Age(max=60, max_inclusive=False))


class Matched:
    """A trial that three people match, of whom one is over 60."""

    def __init__(self, engine: Engine, lexicon: Lexicon) -> None:
        self.engine = engine
        self.lexicon = lexicon
        import_trials(engine, lexicon, [Record("T-1", trial("T-1"))], actor="test")
        self.take(person("young"), person("middle"), person("old", birth_date="1960-01"))
        match_all(engine, lexicon, on=today(), actor="test")

    def take(self, *persons: dict[str, object]) -> None:
        records = [Record(str(each["id"]), each) for each in persons]
        of = Import("carers", "test")
        import_people(self.engine, self.lexicon, records, of=of, secrets=SECRETS)

    def named(self, name: str) -> str:
        with reading(self.engine) as session:
            return people.pseudonym_of(session, name)

    def amended(self) -> Eligibility:
        """The trial's criteria, and that one is younger than 60."""
        with reading(self.engine) as session:
            eligibility = trials.get(session, "T-1").eligibility
        return replace(eligibility, criteria=(*eligibility.criteria, UNDER_60))

    def flips(self, eligibility: Eligibility) -> Flips:
        with reading(self.engine) as session:
            return flips(session, self.lexicon, "T-1", eligibility, today())

    def ended(self) -> list[tuple[str, str | None]]:
        with reading(self.engine) as session:
            query = select(MatchRow).where(col(MatchRow.superseded_at).is_not(None))
            return [(row.person, row.reason) for row in session.scalars(query)]


@pytest.fixture
def matched(engine: Engine, lexicon: Lexicon) -> Matched:
    return Matched(engine, lexicon)


def test_whom_the_new_criteria_keep_out_falls(matched: Matched) -> None:
    assert matched.flips(matched.amended()) == Flips("T-1", (matched.named("old"),), 2)


def test_the_same_criteria_make_nobody_fall(matched: Matched) -> None:
    with reading(matched.engine) as session:
        same = trials.get(session, "T-1").eligibility
    assert matched.flips(same) == Flips("T-1", (), 3)


def test_a_trial_about_something_else_makes_everybody_fall(matched: Matched) -> None:
    other = replace(matched.amended(), criteria=(), about=("MESH:D006073",))
    assert len(matched.flips(other).falls) == 3


def test_a_trial_that_nobody_is_matched_with_makes_nobody_fall(matched: Matched) -> None:
    with reading(matched.engine) as session:
        found = flips(session, matched.lexicon, "T-9", matched.amended(), today())
    assert found == Flips("T-9", (), 0)


def test_what_is_on_record_today_decides(matched: Matched) -> None:
    pregnant = {"kind": "state", "text": "pregnant", "status": "present"}
    matched.take(person("young", sex="female", facts=[DIABETES, pregnant]))
    assert matched.named("young") in matched.flips(matched.amended()).falls


def test_who_withdrew_is_not_judged(matched: Matched) -> None:
    self = Actor("self", Role.SELF)
    gone, choice = matched.named("old"), Choice(Purpose.MATCHING)
    withdraw(matched.engine, VOICE, person=gone, actor=self, choice=choice, method="page")
    assert matched.flips(matched.amended()) == Flips("T-1", (), 2)


def test_parts_change_nothing(matched: Matched, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = matched.flips(matched.amended())
    monkeypatch.setattr(posting_flips, "PART", 1)
    assert matched.flips(matched.amended()) == whole


def test_the_reference_engine_says_the_same(
    matched: Matched, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = matched.flips(matched.amended())
    monkeypatch.setattr(posting_flips, "evaluate", reference.evaluate)
    assert matched.flips(matched.amended()) == quick


def test_superseding_ends_the_matches_that_fall_and_no_other(matched: Matched) -> None:
    found = matched.flips(matched.amended())
    with unit_of_work(matched.engine) as session:
        supersede(session, found, now())
    assert matched.ended() == [(matched.named("old"), Superseded.TRIAL_AMENDED)]


def fallen_people(matched: Matched, tenant: int | None = None) -> list[str]:
    with reading(matched.engine) as session:
        found = fallen(session, study=None, tenant=tenant, language="en", at=now())
        return [each.pseudonym for each in found]


def end(matched: Matched) -> None:
    found = matched.flips(matched.amended())
    with unit_of_work(matched.engine) as session:
        supersede(session, found, now())


def test_those_who_judge_are_told_who_no_longer_fits(matched: Matched) -> None:
    assert fallen_people(matched) == []
    end(matched)
    assert fallen_people(matched) == [matched.named("old")]


def test_another_organisation_is_told_nothing(matched: Matched) -> None:
    end(matched)
    with unit_of_work(matched.engine) as session:
        sponsor = organisations.add(session, "Acme", OrganisationKind.SPONSOR).id
        centre = organisations.add(session, "Hospital", OrganisationKind.CENTRE).id
    assert fallen_people(matched, sponsor) == fallen_people(matched, centre) == []


def test_who_fits_again_is_not_among_those_who_do_not(matched: Matched) -> None:
    end(matched)
    match_all(matched.engine, matched.lexicon, on=today(), actor="test")  # as it was
    assert fallen_people(matched) == []


def test_who_withdrew_is_not_among_those_who_no_longer_fit(matched: Matched) -> None:
    end(matched)
    self = Actor("self", Role.SELF)
    gone, choice = matched.named("old"), Choice(Purpose.MATCHING)
    withdraw(matched.engine, VOICE, person=gone, actor=self, choice=choice, method="page")
    assert fallen_people(matched) == []


def test_superseding_belongs_to_the_callers_unit_of_work(matched: Matched) -> None:
    with reading(matched.engine) as session:  # nothing of which is kept
        supersede(session, matched.flips(matched.amended()), now())
    assert matched.ended() == []
