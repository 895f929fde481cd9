"""A person in the exchange format (docs/formats.md)."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final, Literal

from recruit.core.dates import PartialDate
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.criteria.nodes import SexValue
from recruit.criteria.record import Record as Fields
from recruit.people.facts import Fact, Home, Profile
from recruit.people.intake.answers import Answer, Reader, read_answers, says_something
from recruit.people.intake.born import birth_month, born_of_age
from recruit.people.intake.contact import read_contact
from recruit.people.intake.derive import with_consequences
from recruit.people.intake.exchange_facts import Facts
from recruit.people.intake.notes import read_note
from recruit.people.intake.reading import Intake, Notes, Stay
from recruit.people.intake.resolve import concepts_of
from recruit.people.intake.staged import with_stage
from recruit.people.places import located
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon

LONGEST_NAME: Final = 200
LONGEST_NOTE: Final = 250_000  # a long hospital record; a second or two of reading
MOST_SOUGHT: Final = 200
LONGEST_SOUGHT: Final = 200
LANGUAGE: Final = re.compile("[a-z]{2}")
SEXES: Final[Mapping[str, SexValue | None]] = {"female": "female", "male": "male", "unknown": None}
COMPLETE: Final[Mapping[str, Kind | Literal["state", "measure"]]] = {
    **{kind.value: kind for kind in Kind},
    "state": "state",
    "measure": "measure",
}
LIST: Final = N_("this must be a list")
ABOUT: Final = "about"
RELATIVE: Final = N_("this account is a relative’s, and nobody is matched in place of a patient")
NOT_SELF: Final = N_("this must be “self” or “relative”")


def read_exchange(value: object, where: str, lexicon: Lexicon, on: date) -> Intake:
    """One person; `where` names the record until its identifier is known.

    Raises:
        Refusal: a field of the person (not of one fact) is odd.
    """
    name = _identifier(Fields(value, where, ""))
    fields = Fields(value, name, "")
    own = _own_account(fields)
    notes = Notes(name)
    listed = fields.data.get("facts") or []
    if not isinstance(listed, list):
        fields.refuse("facts", LIST)
    seeking = _seeking(fields)
    answers = _answers(fields, notes)
    note = _note(fields)
    wanted = sought(seeking, lexicon)
    said = read_answers(answers, Reader(lexicon, notes, on, wanted, seeking))
    said = said.then(read_note(note, lexicon, on)) if note else said
    facts: list[Fact] = list(Facts(lexicon, notes, on).read(listed))
    born = _born(fields, on) or said.born
    contact = read_contact(fields, notes)
    profile = Profile(
        person=name,
        born=birth_month(born, name, "birth_date", on) if born else None,
        sex=_sex(fields) or said.sex,
        home=_home(fields),
        languages=_languages(fields) | said.languages,
        all_languages=said.all_languages,
        facts=with_stage([*facts, *said.facts], lexicon),
        complete=frozenset(_complete(fields, notes)) | said.complete,
        seeking=wanted,
        seeking_text=seeking,
        words=_words(note, answers),
    )
    left_out = tuple(notes.refused)
    stay = _stay(fields, on)
    return Intake(with_consequences(profile), _claim(fields), left_out, born, contact, stay, own)


def _own_account(fields: Fields) -> bool:
    """Whether this was said to be the patient's own account; a relative's is refused."""
    about = fields.optional_text(ABOUT)
    if about == "relative":
        fields.refuse(ABOUT, RELATIVE)
    if about not in {None, "self"}:
        fields.refuse(ABOUT, NOT_SELF)
    return about == "self"


def _stay(fields: Fields, on: date) -> Stay | None:
    """The stay in hospital; one that has not begun is none."""
    value = fields.data.get("stay")
    if value is None:
        return None
    stay = Fields(value, fields.where, "stay")
    began = _day(stay, "from")
    if began is None or began > on:
        return None
    return Stay(_day(stay, "until"))


def _day(stay: Fields, name: str) -> date | None:
    text = stay.optional_text(name)
    try:
        return None if text is None else date.fromisoformat(text[:10])
    except ValueError:
        stay.refuse(name, N_("this must be a day, such as 2026-10-01"))


def _seeking(fields: Fields) -> tuple[str, ...]:
    seeking = fields.texts("seeking")
    if len(seeking) > MOST_SOUGHT or any(len(text) > LONGEST_SOUGHT for text in seeking):
        fields.refuse(
            "seeking",
            N_("at most {most} entries of {longest} letters each"),
            most=MOST_SOUGHT,
            longest=LONGEST_SOUGHT,
        )
    return seeking


def _identifier(fields: Fields) -> str:
    name = fields.data.get("id")
    if isinstance(name, int) and not isinstance(name, bool):
        name = str(name)
    if not isinstance(name, str) or not name.strip():
        fields.refuse("id", N_("the identifier is missing"))
    if len(name) > LONGEST_NAME or not name.isprintable():
        fields.refuse("id", N_("this is longer than 200 letters or has unprintable ones"))
    return name.strip()


def _born(fields: Fields, on: date) -> PartialDate | None:
    text = fields.optional_text("birth_date")
    if text is not None:
        try:
            return PartialDate.parse(text)
        except ValueError:
            fields.refuse(
                "birth_date",
                N_("this must be a day, month or year that there is: 2015-04-12, 2015-04 or 2015"),
            )
    age = fields.data.get("age")
    return None if age is None else born_of_age(age, fields.where, "age", on)


def _sex(fields: Fields) -> SexValue | None:
    value = fields.optional_text("sex")
    if value is None:
        return None
    if value.lower() not in SEXES:
        fields.refuse("sex", N_("this must be one of: {known}"), known=", ".join(SEXES))
    return SEXES[value.lower()]


def _home(fields: Fields) -> Home:
    value = fields.data.get("location")
    if value is None:
        return Home()
    place = Fields(value, fields.where, "location")
    postcode = place.optional_text("postcode")
    home = Home(
        country=place.country(),
        postcode=postcode.strip()[:12] if postcode else None,
        lat=coarse(place.number("lat", -90, 90)),
        lon=coarse(place.number("lon", -180, 180)),
    )
    return located(home)


def coarse(degrees: float | None) -> float | None:
    """To a hundredth, a kilometre or less: enough for distances, and no address."""
    return None if degrees is None else round(degrees, 2)


def _languages(fields: Fields) -> frozenset[str]:
    language = fields.optional_text("language")
    if language is None:
        return frozenset()
    if not LANGUAGE.fullmatch(language):
        fields.refuse("language", N_("this must be a language code of two small letters"))
    return frozenset({language})


def _complete(fields: Fields, notes: Notes) -> Iterator[Kind | Literal["state", "measure"]]:
    for number, kind in enumerate(fields.texts("complete")):
        if kind in COMPLETE:
            yield COMPLETE[kind]
        else:
            notes.refuse(f"complete[{number}]", N_("there is no such kind of fact"))


def _note(fields: Fields) -> str:
    if fields.data.get("note") is None:
        return ""
    note = fields.any_text("note")
    if len(note) > LONGEST_NOTE:
        fields.refuse("note", N_("a note has at most {longest} letters"), longest=LONGEST_NOTE)
    return note


def _answers(fields: Fields, notes: Notes) -> tuple[Answer, ...]:
    listed = fields.data.get("answers") or []
    if not isinstance(listed, list):
        fields.refuse("answers", LIST)
    found = []
    for number, value in enumerate(listed):
        try:
            pair = Fields(value, fields.where, f"answers[{number}]")
            found.append(Answer(pair.path, pair.text("question"), _reply(pair)))
        except Refusal as refusal:
            notes.refused.append(refusal)
    return tuple(found)


def _reply(pair: Fields) -> str:
    """The answer's words; a bare number or yes and no count as words."""
    value = pair.data.get("answer")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return str(value)
    return pair.any_text("answer") if value is not None else ""


def sought(seeking: tuple[str, ...], lexicon: Lexicon) -> tuple[str, ...]:
    """The concepts the person looks for a trial for: a disease, else whatever the words name.

    A symptom that has given a disease its name stands for both: "anxiety", and anxiety disorders.
    """
    found: dict[str, None] = {}
    for text in seeking:
        for kind in Kind:
            if concepts := concepts_of(lexicon, kind, (text,)):
                found |= dict.fromkeys(concepts)
                if kind is Kind.CONDITION:
                    found |= dict.fromkeys(concepts_of(lexicon, kind, (f"{text} disorder",)))
                break
    return tuple(found)


def _claim(fields: Fields) -> Mapping[str, object] | None:
    claim = fields.data.get("consent")
    if claim is None:
        return None
    return {str(name): part for name, part in Fields(claim, fields.where, "consent").data.items()}


def _words(note: str, answers: tuple[Answer, ...]) -> str:
    """The words for ranking by text: what was answered with no is not what is looked for."""
    said = [f"{answer.question}: {answer.reply}" for answer in answers if says_something(answer)]
    return "\n".join([*said, *([note] if note else [])])
