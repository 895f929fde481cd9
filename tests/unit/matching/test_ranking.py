"""Which trials come first for a person."""

from datetime import date

from recruit.core.dates import PartialDate
from recruit.criteria.eligibility import Criterion, CriterionKind, Eligibility
from recruit.criteria.nodes import Age, Clinical, Measure, Rule
from recruit.matching.ranking import Ranking, Trial
from recruit.matching.relevance import TrialText
from recruit.people.facts import ClinicalFact, Profile, Source
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon
from recruit.terminology.words import read

ON = date(2026, 11, 1)
ASTHMA, MIGRAINE = "MESH:D001249", "MESH:D008881"


def having(concept: str) -> Clinical:
    return Clinical(Kind.CONDITION, "it", (concept,))


def asks(kind: CriterionKind, rule: Rule) -> Criterion:
    return Criterion(kind, "it", rule)


def trial(name: str, *criteria: Criterion, about: str = ASTHMA, words: str = "") -> Trial:
    text = TrialText(title=words, conditions=(), keywords=(), summary="", wanted="")
    return Trial(Eligibility(name, criteria or (asks("inclusion", Age(min=18)),), (about,)), text)


def told(*concepts: str, words: str = "", seeking_text: tuple[str, ...] = ()) -> Profile:
    facts = tuple(ClinicalFact(Kind.CONDITION, "it", (c,), source=Source.NOTE) for c in concepts)
    born = PartialDate.of_age(40, ON)
    return Profile("p", born=born, facts=facts, words=words, seeking_text=seeking_text)


def order(profile: Profile, *trials: Trial, lexicon: Lexicon) -> list[str]:
    ranking = Ranking(trials, lexicon, lambda text: read(text).norms)
    (found,) = ranking.rank([profile], ON)
    return [name for name, _ in found[1]]


def test_what_is_told_first_matters_most(lexicon: Lexicon) -> None:
    trials = trial("A", about=MIGRAINE), trial("B", about=ASTHMA)

    assert order(told(ASTHMA, MIGRAINE), *trials, lexicon=lexicon) == ["B", "A"]
    assert order(told(MIGRAINE, ASTHMA), *trials, lexicon=lexicon) == ["A", "B"]


def test_more_inclusions_that_are_met_come_first(lexicon: Lexicon) -> None:
    unknown = asks("inclusion", Measure("hba1c", min=7, unit="%"))
    met = asks("inclusion", Age(min=18)), asks("inclusion", having(ASTHMA))

    trials = trial("A", met[0], unknown), trial("B", *met)

    assert order(told(ASTHMA), *trials, lexicon=lexicon) == ["B", "A"]


def test_a_criterion_against_puts_a_trial_last(lexicon: Lexicon) -> None:
    trials = (
        trial("A", asks("exclusion", having(MIGRAINE)), words="asthma and migraine"),
        trial("B", about="MESH:D003920", words="diabetes"),
    )

    ranked = order(told(ASTHMA, MIGRAINE, words="asthma migraine"), *trials, lexicon=lexicon)

    assert ranked == ["B", "A"]


def test_the_words_of_what_is_looked_for_count(lexicon: Lexicon) -> None:
    trials = trial("A", words="a study of sleep"), trial("B", words="a study of bright light")

    assert order(told(ASTHMA, seeking_text=("bright light",)), *trials, lexicon=lexicon)[0] == "B"
