"""A free-text note about one person, in English or French."""

from datetime import date

from recruit.people.facts import Source
from recruit.people.intake.demographics import read_person
from recruit.people.intake.said import Said
from recruit.people.intake.statements import Statements
from recruit.terminology.lexicon import Lexicon


def read_note(note: str, lexicon: Lexicon, on: date) -> Said:
    """Age, sex and facts that the note states of the person it is about."""
    born, sex = read_person(note, on)
    return Said(born=born, sex=sex, facts=Statements(lexicon, on, Source.NOTE).facts(note))
