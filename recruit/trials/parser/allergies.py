"""What people are allergic to, and what of it only the trial's own papers can tell."""

from collections.abc import Iterable
from typing import Final

from recruit.criteria.nodes import AllOf, Clinical, Rule
from recruit.terminology.concepts import Kind, Mention
from recruit.trials.parser.entries import Entry
from recruit.trials.parser.pieces import Sheet

# A disease or a procedure in the same list is one more of the list.
_AGENTS: Final = frozenset({Kind.DRUG, Kind.ALLERGY, Kind.DEVICE, Kind.EXPOSURE})
# Study drug and excipient: nobody's record has them.
_OF_THE_TRIAL: Final = frozenset({"RECRUIT:study-drug", "MESH:D26.650.700.419"})
_ANY_DRUG: Final = frozenset({"RECRUIT:drug"})
_TESTED: Final = frozenset({"RECRUIT:investigational-drug"})


def is_agent(mention: Mention) -> bool:
    """Whether an allergy may be to what is mentioned, and not beside it."""
    return any(reading.what in _AGENTS for reading in mention.readings)


def stands_in(keys: Iterable[str]) -> bool:
    """Whether a drug of the trial is meant that is not named: "study drug", "its excipients"."""
    return not _OF_THE_TRIAL.isdisjoint(keys)


def points(entry: Entry) -> bool:
    """Whether it names no drug by itself ("drugs"), so that "these" before it means others."""
    drug = entry.reading is not None and entry.reading.what is Kind.DRUG
    return drug and _ANY_DRUG.issuperset(entry.keys)


def of_another_trial(entry: Entry, beside: Iterable[Entry]) -> bool:
    """Whether it is what another trial is about ("a study of an investigational drug")."""
    named = _TESTED.issuperset(entry.keys) and bool(entry.keys)
    return named and any("other_trial" in other.keys for other in beside)


def unknown_agent(entry: Entry, agent: Mention, kind: Kind, sheet: Sheet) -> Rule:
    """An allergy to what nobody's record names ("to the study drug"): both are shown.

    Only a person can tell what the agent is, so that neither of the two leaves answers.
    """
    before = sheet.text[entry.start : agent.start].rstrip()
    after = sheet.text[agent.end : entry.end].lstrip()
    if before:
        word = Clinical(
            Kind.ALLERGY, before, span=sheet.place(entry.start, entry.start + len(before))
        )
    elif after:
        word = Clinical(Kind.ALLERGY, after, span=sheet.place(entry.end - len(after), entry.end))
    else:
        # "Allergy to aspirin or the excipients": the word stands before the first of them.
        word = Clinical(Kind.ALLERGY, agent.text)
    return AllOf((word, Clinical(kind, agent.text, span=sheet.place(agent.start, agent.end))))
