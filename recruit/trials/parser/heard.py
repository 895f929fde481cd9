"""What the words of a stretch say of its mentions: denials, status, severity, how things hang on.

Cues are remembered until a mention takes them; what goes on to the next stretch is in `now`.
"""

from collections.abc import Callable, Mapping
from typing import ClassVar, Final

from recruit.criteria.nodes import SexValue
from recruit.terminology.concepts import Kind
from recruit.trials.parser import subjects
from recruit.trials.parser.allergies import is_agent
from recruit.trials.parser.cues import Cue, word_set
from recruit.trials.parser.entries import Carried, Entry, Link, Run, Stretch, is_disease, is_noun
from recruit.trials.parser.items import Item
from recruit.trials.parser.sorts import narrows, spoken

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
_FOR: Final = frozenset({"for", "pour", "de", "du"})
_WHOM: Final = frozenset({"for", "pour"})
_TESTS: Final = frozenset({"test", "tests"})
# A denial goes on to the next of these ("no asthma, COPD"), not to "aged 18 or over".
_DENIED_ON: Final = frozenset({"clinical", "state"})

_OTHER: Final[dict[SexValue, SexValue]] = {"male": "female", "female": "male"}


class Heard:
    """What was heard so far in one stretch."""

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
        self._line: Item | None = None
        self._uncertain: Item | None = None
        self._touching = False
        self._touched = False
        self._before: Item | None = None
        self._speaks = False
        self._lives = False
        self._hangs = False
        self._among = False
        self._test = False
        self._reason = False
        self._looked_for: list[Entry] = []

    # ------------------------------------------------------------------ cues
    def _on_not(self, item: Item) -> None:
        self._not = item
        if item.value:
            self.now.status = "ever"
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
        self.now.averse = item.norm in word_set("aversions")
        self._settle()
        self._uncertain = item
        self._linked("for")

    def _on_allergy(self, item: Item) -> None:
        last = self.found.entries[-1] if self.found.entries else None
        if self._touched and last and last.sort == "clinical":
            last.allergy, last.end, last.acts = True, item.end, True
            self.found.behind = "allergy"
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
        self._line = item

    def _on_sex(self, item: Item) -> None:
        if item.value == "both":
            self._enter(Entry("sex", item.start, item.end))
            return
        sex: SexValue = "male" if item.value == "male" else "female"
        other = item.partner
        second = Entry("sex", other.start, other.end, sex=_OTHER[sex]) if other else None
        self._enter(Entry("sex", item.start, item.end, sex=sex, other=second))

    def _on_adult(self, item: Item) -> None:
        before = spoken(self._before)[-1:] if self._before else ()
        if item.norm in word_set("child") and not word_set("whose").isdisjoint(before):
            # "at least one child", "their children": not the person.
            self._run(item)
            return
        self._enter(Entry("adult", item.start, item.end, value=item.value))

    def _on_age(self, item: Item) -> None:
        if self.found.other_age:
            self._run(item)
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
            # "…, for all trauma patients" only says of whom.
            whom = self._before is None and item.norm in _WHOM
            self._hangs = self._hangs or whom or (not soft and bool(self.found.runs))
        self._linked("of" if soft else "for")
        self._among = item.norm in subjects.AMONG

    def _on_neutral(self, item: Item) -> None:
        last = self.found.entries[-1] if self._touched and self.found.entries else None
        if item.norm in word_set("treats") and last is not None and last.reading is not None:
            # "Cancer treatment within 4 weeks" dates the treatment, not the cancer.
            disease = is_disease(last) and not self._head_first
            last.acts = last.acts and not disease
            if disease:
                self._run(item)
        if last is not None and item.norm in word_set("measures") and is_disease(last):
            # "Borg dyspnea score > 3", "cancer screening": the noun is what is meant.
            last.acts = False
        if item.norm in _TESTS:
            self._test = True
            for entry in self.found.entries[-1:]:
                entry.tested = "pregnant" in entry.keys and entry.mention is not None
            if last is not None and is_disease(last):
                self._looked_for.append(last)
        self.found.together = self.found.together or item.norm == "both"

    def _settle(self) -> None:
        """What made the rest uncertain was not read, unless an ability followed it."""
        if self._uncertain is not None:
            item, self._uncertain = self._uncertain, None
            self._run(item)

    def _linked(self, link: Link) -> None:
        if self._link != "first":
            self._link = link

    _ON: ClassVar[Mapping[Cue, Callable[["Heard", Item], None]]] = {
        Cue.NOT: _on_not,
        Cue.HISTORY: _on_status,
        Cue.CURRENT: _on_status,
        Cue.PAST: _on_status,
        Cue.FAMILY: _on_family,
        Cue.UNCERTAIN: _on_uncertain,
        Cue.REGARDLESS: _on_uncertain,
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

    def _hear(self, item: Item, cue: Cue) -> None:
        told = self._ON.get(cue)
        if told:
            told(self, item)
        else:
            self._run(item)

    def _run(self, item: Item) -> None:
        aversion = item.cue is Cue.UNCERTAIN and item.norm in word_set("aversions")
        kind = Kind.CONDITION if aversion else None
        self.found.runs.append(Run(item.start, item.end, spoken(item), kind))

    # ------------------------------------------------------------------ entries
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
        if self._not is not None and narrows(self._not, entry):
            self._run(self._not)
            self._not, entry.acts = None, False
        fresh = self._not is not None
        if self._not is not None:
            self.now.denied, self._not = self._not.start, None
        if fresh or entry.sort in _DENIED_ON:
            entry.denied = self.now.denied
        if entry.sort == "clinical":
            self._clinical(entry)
        elif entry.sort in {"state", "language"}:
            entry.status = self.now.status
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

    def _grade(self, entry: Entry, *, first: bool) -> None:
        """Give a mention the severity before it, or that to the mention it follows closely."""
        severity, self._severity = self._severity, None
        if severity is None:
            entry.severity = self.now.severity if first else entry.severity
            return
        last = self.found.entries[-1] if self.found.entries else None
        # "Asthme sévère avec œdème"; but "asthma, severe heart failure".
        behind = (
            last is not None and 0 <= severity.start - last.end <= 1 < entry.start - severity.end
        )
        if last is not None and behind and last.sort == "clinical" and last.severity is None:
            last.severity = severity.value
        else:
            entry.severity = self.now.severity = severity.value

    def _clinical(self, entry: Entry) -> None:
        # "Patients of both sexes with asthma": it hangs on nothing that was said.
        entries = [e for e in self.found.entries if e.sort != "sex" or e.sex is not None]
        entry.status, entry.averse = self.now.status, self.now.averse
        entry.allergy = self.now.allergy and self._agent(entry)
        entry.line = self._line.value if self._line else None
        self._grade(entry, first=not entries)
        if self._allergy is not None and entry.allergy:
            entry.reach, self._allergy = self._allergy.start, None
        before = self._before.norm if self._before is not None else ""
        if is_disease(entry) and (before in _TESTS or (self._test and before in _FOR)):
            self._looked_for.append(entry)
        if self.now.uncertain or (self._hangs and not entries):
            entry.acts = False
        reason = self._link == "for" if entries else self._hangs
        if not entries and self.now.purpose and self._link == "first" and not self.found.runs:
            # "Chemotherapy for leukaemia or lymphoma": neither is surely the person's own.
            reason, entry.acts = True, entry.acts and not is_disease(entry)
        self._reason = reason and is_disease(entry)
        if not entries:
            return
        if self._link in {"of", "for", "unread"}:
            entry.acts = False
        elif self._link == "adjacent" and self._touched and is_noun(entries[-1]) and is_noun(entry):
            # "glaucoma surgery": the last noun is what is meant, in French the first.
            (entry if self._head_first else entries[-1]).acts = False

    def _agent(self, entry: Entry) -> bool:
        """Whether the allergy is to this ("aspirin or asthma": not to the second).

        Right behind its word also a procedure is what people say for its drug ("to anaesthesia").
        """
        named = entry.mention
        if named is None or is_agent(named):
            return True
        procedure = entry.reading is not None and entry.reading.what is Kind.PROCEDURE
        agent = self._allergy is not None and procedure
        self.now.allergy = self.now.allergy and agent
        return agent

    def _ability(self, entry: Entry) -> None:
        able = entry.sort == "language" or bool(set(entry.keys) & _ABILITIES)
        if self.now.unable and able:
            # "refused or no consent", "not unable": twice denied, nobody can tell.
            entry.acts = entry.acts and entry.denied is None
            entry.denied = entry.start
            self.now.unable = False
        elif self.now.uncertain and entry.sort == "state" and not set(entry.keys) & _WILLING:
            entry.acts = False
