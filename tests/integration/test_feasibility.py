"""What a sponsor is told about a posting's reach: nested, coarse, and nobody who has withdrawn."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, select

from recruit.actions.population import Crowd
from recruit.actions.posting import feasibility
from recruit.actions.posting.breakdown import Table
from recruit.actions.posting.feasibility import Asker, nested, possible, waterfall
from recruit.actions.posting.prospect import prospect, said_before
from recruit.actions.posting.what_if import trying
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.choices import Choice, Purpose
from recruit.core.clock import today
from recruit.core.dates import PartialDate
from recruit.core.db import reading, unit_of_work
from recruit.disclosure import counts, desk
from recruit.disclosure.rule import Answer, Chance, Grain
from recruit.disclosure.tables import GIVEN
from recruit.people import store as people
from recruit.people.facts import ClinicalFact, Home, MeasureFact, Profile
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import SiteDraft, TrialDraft, TrialStatus
from recruit.trials.posting import store
from recruit.trials.posting.reading import begun, eligibility
from recruit.trials.posting.store import Posting
from tests.web_world import CONSENT, TESTER

KEY = b"the key of a test"
ASKER = Asker(None, "account 1")
DRAFT = TrialDraft(
    id="T-1",
    title="A tablet",
    criteria="Inclusion Criteria:\n\n"
    "* Age 18 to 60 years\n"
    "* HbA1c between 7.0 % and 10.5 %\n"
    "* Keeps a diary of every single breakfast\n",
    conditions=("Type 2 Diabetes",),
    status=TrialStatus.RECRUITING,
    sites=(SiteDraft("Hôpital", "Paris", "75012", "FR", 48.84, 2.39),),
)
# Of 400 people 300 have diabetes; 200 of these are of the age; 150 of these have no bad value.
EVERYBODY, ABOUT, OF_AGE, LEFT = 400, 300, 200, 150


def person(name: str, number: int) -> Profile:
    diabetes = ClinicalFact(Kind.CONDITION, "diabetes", ("MESH:D003924",))
    asthma = ClinicalFact(Kind.CONDITION, "asthma", ("MESH:D001249",))
    value = MeasureFact("hba1c", 12.0 if number >= LEFT else 8.0)
    facts: tuple[ClinicalFact | MeasureFact, ...] = (diabetes if number < ABOUT else asthma,)
    return Profile(
        person=name,
        born=PartialDate.of_age(40 if number < OF_AGE else 75, today()),
        sex="female" if number % 2 else "male",
        home=Home("FR", "75012", 48.85, 2.35) if number % 4 else Home(),
        facts=(*facts, value) if number % 3 else facts if number < LEFT else (*facts, value),
    )


def fill(engine: Engine) -> list[str]:
    with unit_of_work(engine) as session:
        people.know_community(session, "testers")
        known = people.enrol(session, "testers", [str(number) for number in range(EVERYBODY)])
        names = list(known.values())
        people.save(session, [person(name, number) for number, name in enumerate(names)])
        ledger.grant(session, [(name, CONSENT) for name in names], TESTER)
    return names


@pytest.fixture
def crowd(tmp_path: Path) -> Crowd:
    return Crowd(tmp_path / "people", KEY)


def begin(engine: Engine, lexicon: Lexicon, draft: TrialDraft = DRAFT) -> Posting:
    with unit_of_work(engine) as session:
        return store.begin(
            session, store.new_id(), begun(draft, lexicon), organisation=None, author="test"
        )


@pytest.fixture
def exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers without their error, so that a test can see which sets were counted."""

    def told(size: int, chance: Chance | None = None, grain: Grain = Grain.FINE) -> Answer:
        del chance
        return Answer(size, grain=grain)

    monkeypatch.setattr(desk, "answer", told)


def sizes(answers: tuple[Answer | None, ...]) -> list[int | None]:
    return [answer.about if answer else None for answer in answers]


@pytest.mark.usefixtures("exact")
def test_each_step_leaves_out_those_whom_its_criterion_rules_out(
    engine: Engine, lexicon: Lexicon, crowd: Crowd
) -> None:
    fill(engine)
    posting = begin(engine, lexicon)
    found = waterfall(engine, lexicon, crowd, posting, ASKER)
    assert found is not None
    assert sizes(found.answers) == [EVERYBODY, ABOUT, OF_AGE, LEFT, LEFT]


@pytest.mark.usefixtures("exact")
def test_the_criterion_that_loses_most_is_named(
    engine: Engine, lexicon: Lexicon, crowd: Crowd
) -> None:
    fill(engine)
    posting = begin(engine, lexicon)
    found = waterfall(engine, lexicon, crowd, posting, ASKER)
    assert found is not None
    assert found.costs_most is not None
    assert (found.costs_most.criterion, found.costs_most.lost) == (1, 100)


@pytest.mark.usefixtures("exact")
def test_who_withdrew_since_the_build_is_in_no_step(
    engine: Engine, lexicon: Lexicon, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = fill(engine)
    posting = begin(engine, lexicon)
    crowd.current(engine, lexicon)
    monkeypatch.setattr("recruit.actions.population.SMALL", -1)  # nobody builds anew
    with unit_of_work(engine) as session:
        for name in names[:20]:
            ledger.withdraw(session, name, Choice(Purpose.MATCHING), TESTER, "test")
    found = waterfall(engine, lexicon, crowd, posting, ASKER)
    assert found is not None
    assert sizes(found.answers) == [size - 20 for size in (EVERYBODY, ABOUT, OF_AGE, LEFT, LEFT)]


@pytest.mark.usefixtures("exact")
def test_a_wider_bound_is_counted_without_changing_the_posting(
    engine: Engine, lexicon: Lexicon, crowd: Crowd
) -> None:
    fill(engine)
    posting = begin(engine, lexicon)
    what = trying(posting.content, "1-0", "18", "80")
    found = prospect(engine, lexicon, crowd, posting, ASKER, what)
    assert found is not None
    assert found.compared is not None
    # A hundred more are of the age; none of them has a good value.
    assert sizes((found.compared.before, found.compared.after)) == [LEFT, LEFT]
    what = trying(posting.content, "2", "", "")
    found = prospect(engine, lexicon, crowd, posting, ASKER, what)
    assert found is not None
    assert found.compared is not None
    assert sizes((found.compared.before, found.compared.after)) == [LEFT, OF_AGE]
    assert found.compared.gained == OF_AGE - LEFT
    with reading(engine) as session:
        assert store.get(session, posting.id, None) == posting


@pytest.mark.usefixtures("exact")
def test_every_table_takes_the_same_people_apart(
    engine: Engine, lexicon: Lexicon, crowd: Crowd
) -> None:
    fill(engine)
    found = prospect(engine, lexicon, crowd, begin(engine, lexicon), ASKER)
    assert found is not None
    for table in found.tables:
        assert sum(part.people.about or 0 for part in table.parts if part.people) == LEFT
    by = {
        table.table: {p.key: p.people and p.people.about for p in table.parts}
        for table in found.tables
    }
    assert by[Table.REGION]["FR-IDF"] == by[Table.DISTANCE]["10"] == 112
    assert by[Table.REGION][""] == by[Table.DISTANCE][""] == 38
    assert (by[Table.AGE]["30 female"], by[Table.AGE]["30 male"]) == (75, 75)


def test_nothing_exact_is_said(
    engine: Engine, lexicon: Lexicon, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(engine)
    sentinel = Answer(7770, grain=Grain.COARSE)
    monkeypatch.setattr(desk, "answer", lambda *_args: sentinel)
    posting = begin(engine, lexicon)
    what = trying(posting.content, "2", "", "")
    found = prospect(engine, lexicon, crowd, posting, ASKER, what)
    assert found is not None
    assert {answer and answer.about for answer in found.answers} == {7770}
    assert found.compared is not None
    assert found.compared.gained == 0


def test_no_step_says_more_than_one_before_it() -> None:
    said = [Answer(900), Answer(950), None, Answer(700), Answer(None), Answer(720)]
    shown = [answer and answer.about for answer in nested(said)]
    assert shown == [900, 900, None, 700, None, None]


def test_the_trail_says_what_was_shown(engine: Engine, lexicon: Lexicon, crowd: Crowd) -> None:
    fill(engine)
    found = waterfall(engine, lexicon, crowd, begin(engine, lexicon), ASKER)
    assert found is not None
    with reading(engine) as session:
        query = select(AUDIT).where(AUDIT.c.tag == Tag.FEASIBILITY_SHOWN.value)
        [row] = session.execute(query).mappings()
    assert (row["subject"], row["actor"]) == ("trial T-1", "account 1")
    # Everybody, those with the condition, and two criteria: the third one speaks of no record.
    assert len(row["new"].split()) == 4


def test_the_same_trial_gets_the_same_figures_whoever_asks_and_how_often(
    engine: Engine, lexicon: Lexicon, crowd: Crowd
) -> None:
    fill(engine)
    posting = begin(engine, lexicon)
    found = {
        str(sizes(said.answers))
        for asker in (ASKER, ASKER, Asker(None, "account 2"))
        if (said := waterfall(engine, lexicon, crowd, posting, asker))
    }
    assert len(found) == 1


def test_an_allowance_that_is_used_up_leaves_the_earlier_answers(
    engine: Engine, lexicon: Lexicon, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(engine)
    posting = begin(engine, lexicon)
    before = waterfall(engine, lexicon, crowd, posting, ASKER)
    assert before is not None
    monkeypatch.setattr(counts, "COMMON", replace(counts.COMMON, allowance=0.0))
    assert waterfall(engine, lexicon, crowd, posting, ASKER) == before
    other = replace(DRAFT, id="T-2", conditions=("Asthma",))
    after = waterfall(engine, lexicon, crowd, begin(engine, lexicon, other), ASKER)
    assert after is not None
    assert after.everybody == before.everybody
    assert None in after.answers


def test_a_whole_table_costs_what_two_answers_do(
    engine: Engine, lexicon: Lexicon, crowd: Crowd
) -> None:
    fill(engine)
    prospect(engine, lexicon, crowd, begin(engine, lexicon), ASKER)
    with reading(engine) as session:
        costs = [row.cost for row in session.execute(select(GIVEN.c.cost))]
    # At most five sets of the waterfall and three tables, a ninth each and twice; one fine answer.
    assert sum(costs) <= (5 + 3 * 2) / 9 + 1 + 1e-9


def test_the_number_that_the_page_is_about_is_said_finely_while_the_allowance_lasts(
    engine: Engine, lexicon: Lexicon, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(engine)
    first = prospect(engine, lexicon, crowd, begin(engine, lexicon), ASKER)
    assert first
    assert first.reach
    assert first.reach.grain is Grain.FINE
    monkeypatch.setattr(counts, "COMMON", replace(counts.COMMON, allowance=0.0))
    other = replace(DRAFT, id="T-2", conditions=("Asthma",))
    second = prospect(engine, lexicon, crowd, begin(engine, lexicon, other), ASKER)
    assert second
    assert second.reach == second.waterfall.left


def test_the_charts_show_what_the_page_said_and_ask_nothing(
    engine: Engine, lexicon: Lexicon, crowd: Crowd
) -> None:
    fill(engine)
    posting = begin(engine, lexicon)
    page = prospect(engine, lexicon, crowd, posting, ASKER)
    assert page is not None
    shown = said_before(engine, lexicon, posting, ASKER, None)
    assert isinstance(shown, feasibility.Waterfall)
    assert sizes(shown.answers) == sizes(page.waterfall.answers)
    stranger = said_before(engine, lexicon, posting, Asker(7, "account 9"), None)
    assert isinstance(stranger, feasibility.Waterfall)
    assert set(stranger.answers) == {None}


def test_possible_are_those_against_whom_nothing_speaks(
    engine: Engine, lexicon: Lexicon, crowd: Crowd
) -> None:
    fill(engine)
    population = crowd.current(engine, lexicon)
    assert population is not None
    asked = eligibility(begin(engine, lexicon).content, lexicon)
    assert possible(population, asked).size == LEFT
    nobody = np.zeros(population.size, np.bool_)
    assert possible(population, asked, nobody).size == 0
