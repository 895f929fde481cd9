"""What a person types about their health, thing by thing, to be confirmed before it counts.

A person writes lists: "diabète de type 2 depuis 2015, HTA, metformine 500". Each entry is read by
itself and within the whole text. Where both readings agree and the name is sure it is shown to be
confirmed; where they differ, or the name is only a likeness, the person chooses; what was not
understood keeps its words. Nothing here is a fact yet.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from recruit.people.facts import ClinicalFact, Fact, FactStatus, Source
from recruit.people.intake.statements import Stated, Statements, named_operations
from recruit.terminology.concepts import Concept, How, Kind
from recruit.terminology.dates import find_dates
from recruit.terminology.lexicon import SURE, Lexicon
from recruit.terminology.words import fold

LONGEST: Final = 4_000  # letters of one answer
MOST: Final = 60  # things in one answer
LONGEST_NAME: Final = 120  # longer entries are stories, no names
CLOSE: Final = 0.8  # how alike a longer name must be to cast doubt on a shorter one
MOST_CANDIDATES: Final = 4
# A comma before a digit is part of a number, a stop within a word or after one letter of a name.
ENTRY: Final = re.compile(
    r"(?:[^\n,;•·.!?]|,(?=\d)|(?<=\b\w)\.(?=\s)|[.!?](?!\s|$))+", re.MULTILINE
)
DENIED: Final = re.compile(
    r"^\s*(?:no|not|never|without|pas|jamais|aucune?|sans|ni|non)\b", re.IGNORECASE
)
OF_ONESELF: Final = re.compile(r"(?:\bI\b|\bmy own\b|\bje\b|\bj['’]|\bmoi\b)", re.IGNORECASE)
NONE: Final = re.compile(
    r"(?:no|none|nothing|never|nil|non|rien|aucune?|jamais|néant)(?: (?:du tout|at all))?\W*",
    re.IGNORECASE,
)
# "Hypersensitivity" in "allergique à la pénicilline" is only how one says it.
ALLERGY_AT_ALL: Final = "MESH:D006967"
NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)?\s*(?:mg|g|µg|mcg|ml|ui|iu|%|x)?(?!\w)", re.IGNORECASE)
# Words that stand around names and say nothing of which disease or drug is meant.
_AROUND: Final = (
    "a ai an and at au aux avec avoir by ce chez chronic d dans de depuis des diagnosed du elle en"
    " et eu for from had have having i il in is j je l la le les m ma me mes mon my n no not of on"
    " or ou par pas pour prends prescribed qui s sans since sous suis sur take taking the to un une"
    " was were with y opere operation stop never jamais aucun aucune ni non but mais also aussi"
    " soir matin midi jour daily day fois once twice morning evening night tous today now"
)
AROUND: Final = frozenset(_AROUND.split())


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing that was said, in the person's `words`.

    `fact` is what it is taken for, without concepts where no name was recognised or one that
    several things share. It is `sure` where nothing speaks against it; else the person
    chooses: that fact, one of `candidates`, whether they have it or not (`either_way`), or their
    words as they are.
    """

    words: str
    fact: Fact
    sure: bool = True
    either_way: bool = False
    candidates: tuple[Concept, ...] = ()

    @property
    def named(self) -> Fact | None:
        """The fact when it says which thing is meant."""
        unclear = isinstance(self.fact, ClinicalFact) and not self.fact.concepts
        return None if unclear else self.fact


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a text says of the person, and the words that are about somebody else or only feared."""

    heard: tuple[Heard, ...]
    left_out: tuple[str, ...]


def plain(text: str) -> str:
    """What was typed without signs that nobody sees: control signs, and marks that turn lines."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (sign for sign in composed if sign == "\n" or unicodedata.category(sign)[0] != "C")
    return "".join(kept).strip()


def listen(text: str, about: Kind, lexicon: Lexicon, on: date) -> Understanding:
    """What `text`, typed on the day `on` in answer to a question about `about`, says."""
    return _Listener(lexicon, about, Statements(lexicon, on, Source.OWN)).listen(plain(text))


def says_none(text: str) -> bool:
    """Whether the answer is but "none": a list that is complete and empty."""
    return NONE.fullmatch(plain(text)) is not None


def meant(heard: Heard, concept: Concept, about: Kind) -> ClinicalFact:
    """The fact when the person says that they meant this concept."""
    said = only_words(heard, about)
    kind = Kind.ALLERGY if about is Kind.ALLERGY else concept.kind
    # An operation has happened, a disease is there, unless the words say more.
    plain_status = said.status == usual(said.kind)
    status = usual(kind) if plain_status else said.status
    return replace(said, kind=kind, concepts=(concept.id,), status=status)


def only_words(heard: Heard, about: Kind) -> ClinicalFact:
    """The fact that keeps but the words."""
    if isinstance(heard.fact, ClinicalFact):
        return replace(heard.fact, concepts=())
    return in_words(heard.words, about)


def in_words(words: str, about: Kind) -> ClinicalFact:
    """Words that nobody understood, as a fact that answers nothing."""
    return ClinicalFact(about, words, (), "absent" if DENIED.match(words) else usual(about))


@dataclass(frozen=True, slots=True)
class _Listener:
    lexicon: Lexicon
    about: Kind
    statements: Statements

    def listen(self, text: str) -> Understanding:
        text = named_operations(text)
        whole = {(s.mention.start, s.mention.end): s for s in self.statements.stated(text)}
        heard: dict[object, Heard] = {}
        left_out: dict[str, None] = {}
        for entry in ENTRY.finditer(text):
            if not any(sign.isalnum() for sign in entry[0]):
                continue
            for each in self._entry(entry[0], entry.start(), whole):
                if isinstance(each, str):
                    left_out[each] = None
                else:
                    heard.setdefault(_once(each), each)
        return Understanding(tuple(heard.values()), tuple(left_out))

    def _entry(
        self, entry: str, offset: int, whole: dict[tuple[int, int], Stated]
    ) -> Iterator[Heard | str]:
        words = " ".join(entry.split())
        found = list(self.statements.stated(entry))
        said = []
        for stated in found:
            span = stated.mention.start + offset, stated.mention.end + offset
            beside = whole.get(span, stated)
            if not stated.own and _names(stated):
                yield words
                return
            mine = beside.own or bool(OF_ONESELF.search(entry))
            for fact in self._mine(stated.facts, found):
                either = beside.own and _status(fact) != _status_of(beside, fact)
                sure = mine and not either
                said.append(Heard(stated.mention.text, fact, sure, either_way=either))
        if not said:
            yield self._unheard(words)
            return
        nearer = self._nearer(entry, said)
        for each in said:
            yield self._doubted(self._dated(each, entry, len(said)), nearer)

    def _dated(self, heard: Heard, entry: str, number: int) -> Heard:
        """With the only date of an entry that names one thing: "appendicectomie 1998"."""
        fact, dates = heard.fact, find_dates(entry)
        if not isinstance(fact, ClinicalFact) or fact.began or fact.status == "absent":
            return heard
        if number != 1 or len(dates) != 1 or dates[0].date.latest > self.statements.on:
            return heard
        event = fact.kind is Kind.PROCEDURE
        day = dates[0].date
        return replace(heard, fact=replace(fact, began=day, ended=day if event else fact.ended))

    def _mine(self, facts: tuple[Fact, ...], found: list[Stated]) -> Iterator[Fact]:
        """The facts as the question wants them: what one is allergic to is an allergy."""
        for fact in facts:
            if self.about is not Kind.ALLERGY or not isinstance(fact, ClinicalFact):
                yield fact
            elif ALLERGY_AT_ALL not in fact.concepts or len(found) == 1:
                drug = fact.kind is Kind.DRUG
                yield replace(fact, kind=Kind.ALLERGY) if drug else fact

    def _unheard(self, words: str) -> Heard:
        """An entry in which running text has no name: perhaps it is one as a whole, or like one."""
        name = _name(words)
        found = self.lexicon.lookup(name)[:MOST_CANDIDATES] if name else []
        found.sort(key=lambda one: (-one.score, one.concept.kind is not self.about))
        concepts = tuple(one.concept for one in found)
        kept = self._dated(Heard(words, in_words(words, self.about), sure=False), words, 1)
        bare = replace(kept, candidates=concepts)
        if not found:
            return bare
        best = found[0]
        if best.score < SURE or best.how is How.FUZZY or best.concept.kind is not self.about:
            return bare
        return replace(
            bare, fact=meant(bare, best.concept, self.about), sure=True, candidates=concepts[1:]
        )

    def _nearer(self, entry: str, said: list[Heard]) -> tuple[Concept, ...]:
        """Concepts of which the whole entry is nearly the name, where one name is part of it."""
        name = _name(entry)
        if len(said) != 1 or not name or fold(name) == fold(_name(said[0].words)):
            return ()
        found = self.lexicon.lookup(name)[:MOST_CANDIDATES]
        return tuple(one.concept for one in found if one.score >= CLOSE)

    def _doubted(self, heard: Heard, nearer: tuple[Concept, ...]) -> Heard:
        """The thing with what else it may be; a short form of several things is none for sure."""
        if not isinstance(heard.fact, ClinicalFact):
            return heard
        taken = heard.fact.concepts
        known = self.lexicon.lookup(heard.words)
        own = [one.score for one in known if one.concept.id in taken]
        several = self._several(heard.words, taken)
        unsure = any(one.id not in taken for one in nearer) or bool(own and max(own) < SURE)
        others = (one.concept for one in known if one.concept.id not in taken)
        choices = [one for one in nearer if several or one.id not in taken]
        return replace(
            heard,
            fact=replace(heard.fact, concepts=()) if several else heard.fact,
            sure=heard.sure and not unsure and not several,
            candidates=tuple(dict.fromkeys((*choices, *several, *others)))[:MOST_CANDIDATES],
        )

    def _several(self, words: str, codes: tuple[str, ...]) -> tuple[Concept, ...]:
        """The different things that one name stands for; none where they are shades of one."""
        found = [one for code in codes if (one := self.lexicon.concept(code))]
        said = fold(words)
        shades = (
            fold(one.name_fr or "").startswith(said) or fold(one.name_en).startswith(said)
            for one in found
        )
        return () if len(found) == 1 or all(shades) else tuple(found)


def _names(stated: Stated) -> bool:
    """Whether the mention names something of a person's health, no everyday word of a measure."""
    readings = stated.mention.readings
    return bool(readings) and isinstance(readings[0].what, Kind)


def _name(words: str) -> str:
    """The words without dates, doses and what stands around names."""
    for found in reversed(find_dates(words)):
        words = words[: found.start] + words[found.end :]
    if len(words) > LONGEST_NAME:
        return ""
    kept = [word for word in words.replace("’", "'").split() if not NUMBER.fullmatch(word)]
    while kept and fold(kept[0].rpartition("'")[2]) in AROUND and not _is_short(kept[0]):
        kept = kept[1:]
    while kept and fold(kept[-1]) in AROUND and not _is_short(kept[-1]):
        kept = kept[:-1]
    return " ".join(kept).strip(" .:!?()-'")


def _is_short(word: str) -> bool:
    """Whether it is written as an abbreviation: "MS", "IL"."""
    return len(word) > 1 and word.isupper()


def _once(heard: Heard) -> object:
    """Two that say the same are one, however they were put."""
    return heard.words.casefold() if heard.named is None else replace(heard.named, text="")


def _status(fact: Fact) -> str:
    return getattr(fact, "status", "")


def _status_of(stated: Stated, fact: Fact) -> str:
    """How the same is said in the other reading."""
    concepts = getattr(fact, "concepts", None)
    for other in stated.facts:
        if type(other) is type(fact) and getattr(other, "concepts", None) == concepts:
            return _status(other)
    return _status(fact)


def usual(kind: Kind) -> FactStatus:
    """How a thing of this kind stands where nothing more is said: an operation has happened."""
    return "past" if kind is Kind.PROCEDURE else "present"
