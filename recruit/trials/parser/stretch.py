"""One stretch between two commas or joining words: which cue belongs to which mention.

The stretch is walked once from left to right. What is met becomes an entry (something that can be
said of a person) or a run of words that nobody read; how an entry hangs on the one before decides
whether it is surely said of the person. values.py then gives out the numbers and windows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, Final

from recruit.criteria.nodes import SexValue
from recruit.terminology.concepts import Kind, Mention, Vocabulary
from recruit.trials.parser import subjects
from recruit.trials.parser.cues import Cue, word_set
from recruit.trials.parser.entries import Carried, Entry, Link, Run, Sort, Stretch
from recruit.trials.parser.items import Item
from recruit.trials.parser.runs import formal, merge
from recruit.trials.parser.values import give_out

_SOFT: Final = frozenset({"of", "de", "du", "des", "d", "in", "dans", "at", "as"})
# States that a denied ability denies ("unable to give consent") …
_ABILITIES: Final = frozenset(
    {"able_to_consent", "compliant", "contraception", "literate", "telephone", "internet"}
)
# … and those that willingness or ability is all about ("agree to use contraception").
_WILLING: Final = _ABILITIES | {
    "ambulatory",
    "caregiver",
    "childbearing_potential",
    "guardian_consents",
    "sexually_abstinent",
}
_TESTS: Final = frozenset({"test", "tests"})
# A denial goes on to the next of these ("no asthma, COPD"), not to "aged 18 or over".
_DENIED_ON: Final = frozenset({"clinical", "state"})
# Endings of words that narrow what stands before them; other words make it a part of theirs.
_ADJECTIVE: Final = (
    *("ed", "ing", "able", "ible", "ous", "al", "ic", "ive", "ly", "ary"),
    *("ique", "aire", "elle", "el", "if", "ee", "es", "ant", "ante", "eux", "euse", "ent"),
    *("iques", "aires", "ives", "ifs"),
)


class Walk:
    """Walks one stretch."""

    def __init__(self, carried: Carried, *, head_first: bool) -> None:
        self.found = Stretch()
        self.now = carried.copy()
        self.age_word: Item | None = None
        self._head_first = head_first
        self._link: Link = "first"
        self._not: Item | None = None
        self._status: Item | None = None
        self._severity: Item | None = None
        self._allergy: Item | None = None
        self._polarity: Item | None = None
        self._line: str | None = None
        self._uncertain: Item | None = None
        self._touching = False
        self._touched = False
        self._speaks = False
        self._lives = False
        self._hangs = False
        self._among = False
        self._test = False

    def walk(self, row: Sequence[Item]) -> Stretch:
        """The stretch that `row` is; `now` is then what goes on to the next one."""
        self._speaks = self.now.speaks or any(_speaks(item) for item in row)
        self.now.speaks = self._speaks
        norms = {item.norm for item in row}
        self.found.lasts = not norms.isdisjoint(word_set("lasts"))
        self._lives = not norms.isdisjoint(word_set("lives"))
        began = word_set("began")
        self.found.began = not norms.isdisjoint(began) or any(
            not began.isdisjoint(spoken(item)) for item in row if item.mention or " " in item.phrase
        )
        for item in row:
            self._touched, self._touching = self._touching, False
            if item.bound:
                self.found.bounds.append(item.bound)
            elif item.inside is not None:
                self.found.asides.append(item)
            elif item.cue:
                self._touching = self._touched and item.cue in _KEEP_TOUCH
                self._ON.get(item.cue, Walk._run)(self, item)
            elif item.mention:
                self._on_mention(item, item.mention)
            else:
                self._on_word(item)
        self._qualify(row)
        self._finish()
        return self.found

    def _qualify(self, row: Sequence[Item]) -> None:
        """Such as "significant renal or hepatic disease": what narrows goes on to what is read."""
        if self.found.entries:
            self.found.qualified, self.now.qualified = self.now.qualified, ""
        else:
            words = (item.norm for item in row if item.unread)
            mine = next((word for word in words if word in word_set("narrows")), "")
            self.now.qualified = mine or self.now.qualified

    # ------------------------------------------------------------------ cues
    def _on_not(self, item: Item) -> None:
        self._not = item
        self._linked("with")

    def _on_status(self, item: Item) -> None:
        self._status = item
        if item.cue is Cue.HISTORY:
            self.now.status = "ever"
        else:
            self.now.status = "current" if item.cue is Cue.CURRENT else "past"
        self._linked("with")

    def _on_family(self, _item: Item) -> None:
        self.found.family = self.now.family = True

    def _on_uncertain(self, item: Item) -> None:
        self.now.unable = self.now.unable or item.norm in word_set("unable")
        self.now.uncertain = True
        self._settle()
        self._uncertain = item
        self._linked("for")

    def _on_allergy(self, item: Item) -> None:
        last = self.found.entries[-1] if self.found.entries else None
        if self._touched and last and last.sort == "clinical":
            last.allergy, last.end, last.acts = True, item.end, True
        else:
            self._allergy = item
            self.now.allergy = True

    def _on_severity(self, item: Item) -> None:
        if self._severity is not None:
            self._run(self._severity)
        self._severity = item

    def _on_polarity(self, item: Item) -> None:
        self._polarity = item

    def _on_line(self, item: Item) -> None:
        self._line = item.value

    def _on_sex(self, item: Item) -> None:
        if item.value == "both":
            self._enter(Entry("sex", item.start, item.end))
            return
        sex: SexValue = "male" if item.value == "male" else "female"
        other = item.partner
        second = Entry("sex", other.start, other.end, sex=_OTHER[sex]) if other else None
        self._enter(Entry("sex", item.start, item.end, sex=sex, other=second))

    def _on_adult(self, item: Item) -> None:
        self._enter(Entry("adult", item.start, item.end, value=item.value))

    def _on_age(self, item: Item) -> None:
        self.now.age = True
        self.age_word = item

    def _on_with(self, item: Item) -> None:
        self._linked("with")
        self._among = item.norm in subjects.AMONG
        self.now.uncertain = False

    def _on_link(self, item: Item) -> None:
        soft = item.norm in _SOFT
        if self._link == "first":
            # "amenable to surgery": what hangs on an unread word by "to" is not said.
            self._hangs = self._hangs or (not soft and bool(self.found.runs))
        self._linked("of" if soft else "for")
        self._among = item.norm in subjects.AMONG

    def _on_neutral(self, item: Item) -> None:
        if item.norm in _TESTS:
            self._test = True
            for entry in self.found.entries[-1:]:
                entry.tested = "pregnant" in entry.keys and entry.mention is not None
        self.found.together = self.found.together or item.norm == "both"

    def _settle(self) -> None:
        """What made the rest uncertain was not read, unless an ability followed it."""
        if self._uncertain is not None:
            item, self._uncertain = self._uncertain, None
            self._run(item)

    def _linked(self, link: Link) -> None:
        if self._link != "first":
            self._link = link

    _ON: ClassVar[Mapping[Cue, Callable[["Walk", Item], None]]] = {
        Cue.NOT: _on_not,
        Cue.HISTORY: _on_status,
        Cue.CURRENT: _on_status,
        Cue.PAST: _on_status,
        Cue.FAMILY: _on_family,
        Cue.UNCERTAIN: _on_uncertain,
        Cue.ALLERGY: _on_allergy,
        Cue.SEVERITY: _on_severity,
        Cue.POSITIVE: _on_polarity,
        Cue.NEGATIVE: _on_polarity,
        Cue.LINE: _on_line,
        Cue.SEX: _on_sex,
        Cue.ADULT: _on_adult,
        Cue.AGE: _on_age,
        Cue.WITH: _on_with,
        Cue.LINK: _on_link,
        Cue.NEUTRAL: _on_neutral,
        Cue.MUST: _on_neutral,
    }

    # ------------------------------------------------------------------ words
    def _on_word(self, item: Item) -> None:
        norm = item.norm
        self.now.unable = self.now.unable or norm in word_set("unable")
        if norm in word_set("joins_nothing"):
            return
        if not (
            (self._speaks and norm in word_set("speaks"))
            or (self._lives and norm in word_set("lives"))
        ):
            self._run(item)
        last = self.found.entries[-1] if self.found.entries else None
        if self._touched and last and last.sort == "clinical" and norm.isalpha():
            # "cancer screening": the noun that follows is what is meant, not the mention.
            last.acts = last.acts and norm.endswith(_ADJECTIVE)
        if self._link == "adjacent":
            self._link = "unread"

    def _run(self, item: Item) -> None:
        self.found.runs.append(Run(item.start, item.end, spoken(item)))

    # ------------------------------------------------------------------ mentions
    def _on_mention(self, item: Item, mention: Mention) -> None:
        entry = self._sorted(item, mention)
        if entry is None:
            self._run(item)
        else:
            self._enter(entry)

    def _sorted(self, item: Item, mention: Mention) -> Entry | None:
        """The mention by its first reading that fits the words around."""
        plain = Entry("clinical", item.start, item.end, mention)
        if item.grades:
            plain.sort, plain.grades = "ordinal", item.grades
            return plain
        for reading in mention.readings:
            if isinstance(reading.what, Kind):
                plain.reading = reading
                return plain
            sort = self._sort(reading.what, mention)
            if sort is None:
                continue
            plain.sort, plain.reading = sort, reading
            if sort == "measure":
                # "BP" is one name of two variables.
                keys = (k for r in mention.readings if r.what is reading.what for k in r.keys)
                plain.reading = replace(reading, keys=tuple(dict.fromkeys(keys)))
            return plain
        return None

    def _sort(self, what: Vocabulary, mention: Mention) -> Sort | None:
        match what:
            case Vocabulary.VARIABLE:
                return "measure"
            case Vocabulary.STATE:
                return "state"
            case Vocabulary.LANGUAGE if self._speaks or not mention.text.isalpha():
                return "language"
            case Vocabulary.COUNTRY if self._lives:
                return "location"
            case _:
                return None

    def _enter(self, entry: Entry) -> None:
        entries = self.found.entries
        willing = entry.sort in {"state", "language"} and (
            entry.sort == "language" or bool(set(entry.keys) & _WILLING)
        )
        limits = entry.sort == "sex" or not subjects.POPULATION.isdisjoint(entry.keys)
        asked = self._uncertain is not None and self._uncertain.norm in subjects.IF
        if willing or (limits and asked):
            self._uncertain = None
        else:
            self._settle()
        fresh = self._not is not None
        if self._not is not None:
            self.now.denied, self._not = self._not.start, None
        if fresh or entry.sort in _DENIED_ON:
            entry.denied = self.now.denied
        if entry.sort == "clinical":
            self._clinical(entry)
        elif entry.sort in {"state", "language"}:
            entry.tested = self._test and "pregnant" in entry.keys
            self._ability(entry)
        # "Negative pregnancy test for women", "… if female", "… in women".
        entry.condition = limits and (self._link == "for" or (self._among and self._said()))
        self._among = False
        self._status = None
        entries.append(entry)
        self._link = "adjacent"
        self._touching = True

    def _said(self) -> bool:
        return bool(self.found.entries or self.found.bounds)

    def _clinical(self, entry: Entry) -> None:
        entries = self.found.entries
        entry.status, entry.allergy, entry.line = self.now.status, self.now.allergy, self._line
        if self._severity is not None:
            self.now.severity, self._severity = self._severity.value, None
            entry.severity = self.now.severity
        elif not entries:
            entry.severity = self.now.severity
        if self._allergy is not None:
            entry.reach, self._allergy = self._allergy.start, None
        if self.now.uncertain or (self._hangs and not entries):
            entry.acts = False
        if not entries:
            return
        if self._link in {"of", "for", "unread"}:
            entry.acts = False
        elif self._link == "adjacent" and self._touched and _noun(entries[-1]):
            # "glaucoma surgery": the last noun is what is meant, in French the first.
            (entry if self._head_first else entries[-1]).acts = False

    def _ability(self, entry: Entry) -> None:
        able = entry.sort == "language" or bool(set(entry.keys) & _ABILITIES)
        if self.now.unable and able:
            # "refused or no consent", "not unable": twice denied, nobody can tell.
            entry.acts = entry.acts and entry.denied is None
            entry.denied = entry.start
            self.now.unable = False
        elif self.now.uncertain and entry.sort == "state" and not set(entry.keys) & _WILLING:
            entry.acts = False

    # ------------------------------------------------------------------ at the end
    def _finish(self) -> None:
        entries = self.found.entries
        self._settle()
        if self._not is not None:
            if any(entry.start < self._not.start for entry in entries):
                # "asthma not controlled": the denial is of words that were not read.
                self._run(self._not)
            else:
                self.now.denied = self._not.start
        if self._allergy is not None:
            self._bare_allergy(self._allergy)
        self._late()
        formal(self.found)
        merge(self.found)
        give_out(self.found, self.now, self.age_word)
        if self.found.told:
            # "Negative test within 7 days" says when it is made, not how long it holds.
            self.found.windows = []
        self.found.family = self.now.family
        self.now.variable = next(
            (entry for entry in reversed(self.found.entries) if entry.sort == "measure"),
            self.now.variable,
        )

    def _bare_allergy(self, item: Item) -> None:
        """An allergy to nothing that was read ("known hypersensitivity") is a disease."""
        reading = next(
            (r for r in item.mention.readings if isinstance(r.what, Kind))
            if item.mention
            else iter(()),
            None,
        )
        if item.mention is None or reading is None:
            self._run(item)
            return
        mention = item.mention
        self.found.entries.append(
            Entry(
                *("clinical", mention.start, mention.end, mention, reading),
                denied=self.now.denied,
                status=self.now.status,
            )
        )

    def _late(self) -> None:
        """Cues behind their mention: "AVC antérieur", "asthme sévère", "HER2 positive"."""
        clinical = [entry for entry in self.found.entries if entry.sort == "clinical"]
        if self._status is not None:
            for entry in clinical:
                entry.status = entry.status or self.now.status
        if self._severity is not None:
            last = clinical[-1] if clinical else None
            if last and last.start < self._severity.start and last.severity is None:
                last.severity = self._severity.value
            else:
                # "severe renal or hepatic impairment": it goes on to what is read next.
                self._run(self._severity)
                self.now.severity = self._severity.value if last is None else None
        if self._polarity is not None:
            self._polarised(self._polarity)

    def _polarised(self, item: Item) -> None:
        near = [entry for entry in self.found.entries if entry.sort in {"clinical", "state"}]
        after = [entry for entry in near if entry.start >= item.end]
        if not near or (len(near) > 1 and not after):
            self._run(item)
            return
        entry = after[0] if after else near[0]
        if entry.tested:
            entry.tested = False
            self.found.told = True
        if entry.reading and entry.reading.what is Kind.BIOMARKER:
            entry.value = "positive" if item.cue is Cue.POSITIVE else "negative"
        elif item.cue is Cue.NEGATIVE:
            entry.denied = item.start if entry.denied is None else None


_OTHER: Final[dict[SexValue, SexValue]] = {"male": "female", "female": "male"}


def _speaks(item: Item) -> bool:
    """Whether the item talks of knowing a language."""
    if item.mention and " " in item.mention.text:
        return any(word in word_set("speaks") for word in item.mention.text.lower().split())
    return item.norm in word_set("speaks")


def spoken(item: Item) -> tuple[str, ...]:
    """The words of an item in small letters."""
    if item.phrase:
        return tuple(item.phrase.split())
    return tuple(item.mention.text.lower().split()) if item.mention else (item.norm,)


def _noun(entry: Entry) -> bool:
    """Whether the entry, right before another one, only says which ("glaucoma surgery")."""
    biomarker = entry.reading is not None and entry.reading.what is Kind.BIOMARKER
    return entry.sort == "clinical" and not biomarker


_KEEP_TOUCH: Final = frozenset({Cue.SEVERITY, Cue.POSITIVE, Cue.NEGATIVE})
