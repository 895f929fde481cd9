"""One stretch between two commas or joining words: which cue belongs to which mention.

The stretch is walked once from left to right. What is met becomes an entry (something that can be
said of a person) or a run of words that nobody read; how an entry hangs on the one before decides
whether it is surely said of the person. values.py then gives out the numbers and windows.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from recruit.terminology.concepts import Kind, Mention
from recruit.trials.parser.allergies import of_another_trial, points, stands_in
from recruit.trials.parser.cues import Cue, word_set
from recruit.trials.parser.entries import Entry, Run, Stretch, is_disease
from recruit.trials.parser.heard import Heard
from recruit.trials.parser.items import Item
from recruit.trials.parser.runs import formal, lately, merge
from recruit.trials.parser.sorts import sorted_as, speaks_of, spoken
from recruit.trials.parser.values import give_out

# "These drugs" were named before, "the following drugs" are named after.
_THESE: Final = frozenset(
    {"these", "those", "this", "that", "such", "following", "ces", "suivants"}
)
_KEEP_TOUCH: Final = frozenset({Cue.SEVERITY, Cue.POSITIVE, Cue.NEGATIVE})
# "For at least 3 months after the last dose": the time that a relation took in begins later.
_LATER: Final = frozenset({"after", "post", "following", "next", "apres"})
_HAVE_STATUS: Final = frozenset({"clinical", "state"})
_PEOPLE: Final = frozenset({Cue.SEX, Cue.ADULT, Cue.AGE, Cue.MUST})
_WITH: Final = frozenset({"with", "avec", "having", "ayant"})
_AGE: Final = frozenset({"age", "ages"})
# Items between "age" and what it is an age at ("age at first onset").
_FEW: Final = 3
# "Endoscopically evidenced", "confirmé radiologiquement": how something is known.
_HOW: Final = ("ically", "iquement")
# Endings of words that narrow what stands before them; other words make it a part of theirs.
_ADJECTIVE: Final = (
    *("ed", "ing", "able", "ible", "ous", "al", "ic", "ive", "ly", "ary"),
    *("ique", "aire", "elle", "el", "if", "ee", "es", "ant", "ante", "eux", "euse", "ent"),
    *("iques", "aires", "ives", "ifs", "ents", "ente", "entes", "ants", "antes"),
    *("ale", "ales", "aux", "eure", "eures", "onnel", "onnelle"),
)


def _counts_from_start(item: Item) -> bool:
    """Whether it is a time that counts from the study's own start ("before the first dose")."""
    return item.bound is not None and item.bound.anchor in {"enrolment", "first_dose"}


def _of_people(item: Item) -> bool:
    """Whether it names people or is a figure: "patients under 18", not "patients with < 18"."""
    if item.cue is Cue.NEUTRAL:
        return item.phrase.rpartition(" ")[2] not in _WITH
    return item.bound is not None or item.cue in _PEOPLE


def _other_age(row: Sequence[Item]) -> bool:
    """Whether an age in it is not how old the people are: "bone age", "age at onset"."""
    for place, item in enumerate(row):
        if item.cue is Cue.AGE and item.norm in _AGE:
            around = [*row[max(place - 1, 0) : place], *row[place + 1 : place + 1 + _FEW]]
            if any(not word_set("other_age").isdisjoint(spoken(each)) for each in around):
                return True
    return False


class Walk(Heard):
    """Walks one stretch."""

    def walk(self, row: Sequence[Item]) -> Stretch:
        """The stretch that `row` is; `now` is then what goes on to the next one."""
        norms = {item.norm for item in row}
        mentioned = [item for item in row if item.mention]
        self._speaks = (
            self.now.speaks
            or not norms.isdisjoint(word_set("speaks"))
            or any(speaks_of(item) for item in mentioned)
        )
        self.now.speaks = self._speaks
        self.found.lasts = not norms.isdisjoint(word_set("lasts"))
        self.found.ahead = not norms.isdisjoint(word_set("ahead")) or any(
            item.bound.lasting and not _LATER.isdisjoint(item.phrase.split())
            for item in row
            if item.bound
        )
        told = norms.union(*(item.phrase.split() for item in row if item.bound))
        self.found.coming = not told.isdisjoint(word_set("coming"))
        self._lives = not norms.isdisjoint(word_set("lives"))
        began = word_set("began")
        self.found.began = not norms.isdisjoint(began) or any(
            not began.isdisjoint(spoken(item))
            for item in row
            if item.mention or (" " in item.phrase and not _counts_from_start(item))
        )
        self.found.people = all(map(_of_people, row)) and not norms.isdisjoint(word_set("persons"))
        self.found.bare = all(item.mention or item.cue is Cue.NEUTRAL for item in row)
        self.found.lone = len(row) == 1 and row[0].bound is not None
        self.found.other_age = _other_age(row)
        for item in row:
            self._touched, self._touching = self._touching, False
            if item.bound:
                self.found.bounds.append(item.bound)
            elif item.inside is not None:
                self.found.asides.append(item)
            elif item.cue:
                self._touching = self._touched and item.cue in _KEEP_TOUCH
                self._hear(item, item.cue)
            elif item.mention:
                self._on_mention(item, item.mention)
            else:
                self._on_word(item)
            self._before = item
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
        if norm in word_set("aversions") and last and self._touched:
            # "Lactose intolerant", "aspirin intolerance": nobody takes it.
            last.acts, self.found.behind = False, "aversion"
        elif self._touched and last and last.sort == "clinical" and norm.isalpha():
            if norm == "testing":
                self._looked_for.append(last)
            # "cancer screening": the noun that follows is what is meant, not the mention.
            last.acts = last.acts and norm.endswith(_ADJECTIVE)
        if self._link == "adjacent":
            self._link = "unread"

    # ------------------------------------------------------------------ mentions
    def _on_mention(self, item: Item, mention: Mention) -> None:
        entry = sorted_as(item, mention, speaks=self._speaks, lives=self._lives)
        if entry is None or (points(entry) and self._pointed_at()):
            self._run(item)
            return
        if mention.text.lower() in word_set("aversions"):
            if self._touched:
                self._on_word(replace(item, norm=mention.text.lower(), mention=None))
            else:
                self.found.runs.append(Run(item.start, item.end, spoken(item), Kind.CONDITION))
            return
        adverb = entry.sort == "clinical" and mention.text.endswith(_HOW)
        self._enter(entry)
        entry.acts = entry.acts and not adverb

    def _pointed_at(self) -> bool:
        return self._before is not None and spoken(self._before)[-1] in _THESE

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
        self._stand_ins()
        formal(self.found)
        merge(self.found)
        give_out(self.found, self.now, self.age_word)
        lately(self.found)
        if self.found.told:
            # "Negative test within 7 days" says when it is made, not how long it holds.
            self.found.windows = []
        self.found.family = self.now.family
        self.now.purpose = self._reason
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
        if any(0 <= each.start - item.end <= 1 for each in self.found.entries if is_disease(each)):
            # "Allergic asthma" is an asthma.
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

    def _stand_ins(self) -> None:
        """The drug of a trial is said of nobody who has not begun, unless it may harm them."""
        kept: list[Entry] = []
        for entry in self.found.entries:
            harms = entry.allergy or entry.averse
            trial = stands_in(entry.keys) or of_another_trial(entry, self.found.entries)
            if trial and not harms and entry.mention:
                words = tuple(entry.mention.text.lower().split())
                self.found.runs.append(Run(entry.start, entry.end, words))
            else:
                kept.append(entry)
        self.found.entries = kept

    def _late(self) -> None:
        """Cues behind their mention: "AVC antérieur", "asthme sévère", "HER2 positive"."""
        clinical = [entry for entry in self.found.entries if entry.sort == "clinical"]
        if self._status is not None:
            for entry in (each for each in self.found.entries if each.sort in _HAVE_STATUS):
                entry.status = entry.status or self.now.status
        if self._severity is not None:
            last = clinical[-1] if clinical else None
            if last and last.start < self._severity.start and last.severity is None:
                last.severity = self._severity.value
            else:
                # "severe renal or hepatic impairment": it goes on to what is read next.
                self._run(self._severity)
                self.now.severity = self._severity.value if last is None else None
        if self._line is not None and clinical and clinical[-1].start < self._line.start:
            clinical[-1].line = clinical[-1].line or self._line.value
        if self._polarity is not None:
            self._polarised(self._polarity)
        else:
            # "COVID-19 test within 3 days": what it told is not said.
            for entry in self._looked_for:
                entry.acts = False

    def _polarised(self, item: Item) -> None:
        near = [entry for entry in self.found.entries if entry.sort in {"clinical", "state"}]
        touching = [entry for entry in near if 0 <= item.start - entry.end <= 1]
        if touching and near[-1] is touching[0]:
            # "Contraception HIV negative": whatever else was said before.
            near = touching
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
