"""What a value defines: "uncontrolled hypertension, defined as blood pressure > 160/100 mmHg"."""

from collections.abc import Sequence
from dataclasses import replace

from recruit.criteria.eligibility import leaves
from recruit.criteria.nodes import AllOf, Clinical, Detail, Measure, Not, Ordinal, Rule, Unparsed
from recruit.trials.parser.cues import word_set, words
from recruit.trials.parser.entries import Run
from recruit.trials.parser.leaves import both


def defines(rule: Rule) -> bool:
    """Whether the rule is of values alone, so that it says what a word before it means."""
    return all(isinstance(leaf, Measure | Ordinal) for leaf in leaves(rule))


def defined(rule: Rule, by: Rule) -> Rule:
    """The rule without the words and the severity that the values of `by` define."""
    if not defines(by):
        return rule
    match rule:
        case Not(of):
            return Not(defined(of, by))
        case AllOf(of):
            kept = [defined(part, by) for part in of if not _says_how(part)]
            return both(kept) if kept else rule
        case Clinical(detail=Detail(severity=str(), stage=None, line=None, value=None)):
            return replace(rule, detail=None)
        case _:
            return rule


def judged(rule: Rule) -> bool:
    """Whether somebody has to judge of it ("in the opinion of the investigator")."""
    return any(
        not word_set("judges").isdisjoint(word.norm for word in words(leaf.text))
        for leaf in leaves(rule)
        if isinstance(leaf, Unparsed)
    )


def undefined(runs: Sequence[Run]) -> list[Run]:
    """The unread words without those that values in brackets define: "(HbA1c > 9 %)"."""
    return [run for run in runs if not run.words or not _control().issuperset(run.words)]


def _says_how(part: Rule) -> bool:
    if not isinstance(part, Unparsed) or part.about is not None:
        return False
    said = {word.norm for word in words(part.text)}
    return bool(said) and said <= word_set("narrows") | _control()


def _control() -> frozenset[str]:
    return word_set("control")
