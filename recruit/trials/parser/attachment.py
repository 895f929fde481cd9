"""From a stretch to a rule: entries become leaves, what was not read narrows or stands alone."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from recruit.criteria.nodes import (
    AllOf,
    Clinical,
    Measure,
    Not,
    Ordinal,
    Rule,
    Span,
    Unparsed,
    Window,
)
from recruit.trials.parser import leaves, persons, subjects
from recruit.trials.parser.allergies import stands_in, unknown_agent
from recruit.trials.parser.asides import narrowed, prefixed, unfolded
from recruit.trials.parser.bounds import Bound, spanning
from recruit.trials.parser.definitions import defines, undefined
from recruit.trials.parser.entries import Carried, Entry, Run, Stretch
from recruit.trials.parser.items import Item
from recruit.trials.parser.leaves import Said, both, either
from recruit.trials.parser.pieces import Piece, Sheet, inert, measured
from recruit.trials.parser.runs import formality, only_formal, onsets
from recruit.trials.parser.stretch import Walk
from recruit.trials.parser.whichever import or_half_lives

# Nobody is excluded for being able to do these.
_NO_REASON: Final = frozenset({"able_to_consent", "compliant", "literate"})


def piece(
    row: Sequence[Item],
    carried: Carried,
    sheet: Sheet,
    inner: Callable[[list[Item]], Rule | None],
) -> tuple[Piece, Carried]:
    """The stretch `row` read; `inner` reads what stands in brackets."""
    walk = Walk(carried, head_first=sheet.language == "fr")
    found = walk.walk(unfolded(row))
    if found.family:
        # Somebody else's disease: nothing here is said of the person.
        return Piece(sheet.unread(row[0].start, row[-1].end), unread=True), walk.now
    return _Assembly(found, walk.now.denied, sheet, inner).piece(), walk.now


class _Assembly:
    """Builds one piece."""

    def __init__(
        self,
        found: Stretch,
        denied: int | None,
        sheet: Sheet,
        inner: Callable[[list[Item]], Rule | None],
    ) -> None:
        self.found, self.sheet, self.inner = found, sheet, inner
        self.asides = found.asides
        self._denied = denied
        self._since_denied = False
        self.piece_ = Piece(windows=found.windows, together=found.together, ahead=found.ahead)
        self.piece_.behind = found.behind
        self.piece_.bare = len(found.entries) == 1 and found.bare

    def piece(self) -> Piece:
        """The piece."""
        out, found = self.piece_, self.found
        out.formality = any(map(formality, found.entries))
        out.only_formal = only_formal(found)
        persons.drop_sex(found)
        persons.drop_counted(found)
        onsets(found)
        if len(found.entries) > 1 or found.windows or found.runs:
            # "Adults with asthma": the age is the registry's own field, the words name the people.
            found.entries = [entry for entry in found.entries if not persons.registered(entry)]
        for bound in found.windows if found.ahead else ():
            # "No chemotherapy for at least 4 weeks after the study": nobody has had it yet.
            for entry in found.entries if bound.lasting or found.coming else ():
                later = found.coming or bound.since or entry.denied is not None
                entry.acts = entry.acts and not (later and persons.has_time(entry))
        for entry in found.entries if self.sheet.kind == "exclusion" else ():
            # "Impairment that interferes with consent or cooperation": no ability is a reason.
            able = entry.denied is None and not _NO_REASON.isdisjoint(entry.keys)
            entry.acts = entry.acts and not able
        said = [(entry, rule) for entry in found.entries if (rule := self._rule(entry)) is not None]
        conditions = [rule for entry, rule in said if entry.condition]
        said = [(entry, rule) for entry, rule in said if not entry.condition]
        conditions += self._limits(said)
        out.condition = both(conditions) if conditions else None
        surely = [(entry, rule) for entry, rule in said if entry.acts]
        if not surely:
            return self._unsure(said)
        denials = {entry.denied for entry, _ in surely}
        parts: list[Rule]
        if len(denials) == 1 and not (self.asides and prefixed(denials, self.sheet.text)):
            out.denied = denials.pop()
            parts = [rule for _, rule in surely]
        else:
            parts = [Not(rule) if entry.denied is not None else rule for entry, rule in surely]
        parts = [self._since(part) for part in parts]
        if self._since_denied:
            out.denied = found.entries[0].start if out.denied is None else None
        found.asides = self.asides
        more = narrowed(
            parts, [entry for entry, _ in surely], found, sheet=self.sheet, inner=self.inner
        )
        if any(map(defines, more)):
            found.runs = undefined(found.runs)
        parts.extend(more)
        narrow = self._runs(surely)
        parts.extend(self._inert(rule, entry) for entry, rule in said if not entry.acts)
        out.valued = any(entry.sort in {"measure", "ordinal", "age"} for entry, _ in surely)
        out.bound = next(
            (entry.bound for entry, _ in reversed(surely) if entry.sort == "measure"), None
        )
        out.rule = both([*parts, *narrow])
        return out

    def _limits(self, said: list[tuple[Entry, Rule]]) -> list[Rule]:
        """Brackets that say of whom a value is asked: "≥ 12 g/dL (women)"."""
        found: list[Rule] = []
        for aside in list(self.asides) if said or self.piece_.open else ():
            row = subjects.limited_to(aside.inside or [])
            rule = self.inner(row) if row else None
            if rule is not None and subjects.is_population(rule):
                found.append(rule)
                self.asides.remove(aside)
        return found

    # ------------------------------------------------------------------ entries
    def _rule(self, entry: Entry) -> Rule | None:
        span = self.sheet.place(entry.start, entry.end)
        match entry.sort:
            case "clinical":
                return self._clinical(entry, span)
            case "measure":
                return self._measure(entry)
            case "sex":
                return persons.sex(entry, span, self.sheet)
            case "adult":
                return persons.adult(entry, span, self.sheet)
            case "age":
                return self._age(entry)
            case _:
                return persons.plain(entry, span, self._window(entry))

    def _age(self, entry: Entry) -> Rule | None:
        if entry.bound is None:
            return None
        leaf = leaves.ages(entry.bound, entry.start, entry.end, self.sheet.place)
        return leaf or self.sheet.unread(entry.start, entry.end)

    def _clinical(self, entry: Entry, span: Span) -> Rule | None:
        if entry.mention is None or entry.reading is None:
            return None
        reading = leaves.allergen(entry.mention, entry.reading) if entry.allergy else entry.reading
        kind = leaves.kind_of(reading)
        if kind is None:
            return None
        severities = entry.severity.split() if entry.severity else [None]
        said = Said(
            entry.status, self._window(entry), severities[0], entry.line, entry.value, entry.allergy
        )
        if entry.allergy and not (entry.acts and reading.keys and not stands_in(reading.keys)):
            return unknown_agent(entry, entry.mention, kind, self.sheet)
        first = or_half_lives(
            leaves.clinical(entry.mention, reading, kind, said, span), self.found, self.sheet
        )
        # "moderate to severe asthma" is either; one place cannot be that of two leaves.
        others = [
            leaves.clinical(entry.mention, reading, kind, replace(said, severity=each), None)
            for each in severities[1:]
        ]
        return either([first, *others])

    def _window(self, entry: Entry) -> Window | None:
        usable = self._usable()
        window = leaves.window(usable[0]) if usable else None
        return leaves.free(window) if window and entry.denied is not None else window

    def _usable(self) -> list[Bound]:
        """The windows that look back; "for a month within the last 6 months" is only one."""
        usable = [bound for bound in self.found.windows if not bound.since]
        if len(usable) == 2:  # noqa: PLR2004 - one end each
            whole = spanning(*sorted(usable, key=lambda bound: bound.within))
            return usable if whole is None else [whole]
        return usable

    def _since(self, rule: Rule) -> Rule:
        """Such as "At least 4 weeks since prior chemotherapy": none of it within 4 weeks."""
        waits = [bound for bound in self.found.windows if bound.since]
        if not waits or not isinstance(rule, Clinical):
            return rule
        wait = waits[0]
        amount = wait.low if wait.low is not None else wait.high
        if wait.low is not None and wait.time is not None:
            self._since_denied = True
        if wait.time is None or amount is None:
            return rule
        known = replace(rule, status="ever", within=Window(max=amount, unit=wait.time))
        return or_half_lives(known, self.found, self.sheet)

    def _measure(self, entry: Entry) -> Rule | None:
        if entry.reading is None:
            return None
        if entry.bound is None:
            self.piece_.open.append(entry)
            return None
        return measured(entry, entry.bound, self.sheet) or self.sheet.unread(entry.start, entry.end)

    # ------------------------------------------------------------------ what was not read
    def _runs(self, surely: list[tuple[Entry, Rule]]) -> list[Unparsed | Clinical]:
        """Unread words narrow what they stand with; those at the ends may narrow the whole list."""
        out = self.piece_
        first, last = surely[0][0], surely[-1][0]
        if last.other:
            last = last.other
        inside: list[Unparsed | Clinical] = []
        for run in self.found.runs:
            leaf = self._run(run)
            if run.end <= first.start:
                out.head.append(leaf)
            elif run.start >= last.end:
                out.tail.append(leaf)
            else:
                inside.append(leaf)
        if self.found.qualified and first.sort == "clinical":
            inside.append(Unparsed(self.found.qualified))
        unused = (bound for bound in self.found.windows if not self._used(bound))
        return inside + [self._unread_time(bound) for bound in unused]

    def _unread_time(self, bound: Bound) -> Unparsed:
        """A time whose subject was not read; of what is to come, no window can speak."""
        ahead = self.found.ahead
        return self.sheet.unread(bound.start, bound.end) if ahead else self.sheet.timed(bound)

    def _run(self, run: Run) -> Unparsed | Clinical:
        """Words nobody read: shown by their kind where that is known, for nothing answers them."""
        if run.kind is None:
            leaf = self.sheet.unread(run.start, run.end)
            timed = run.bound is not None and not self.found.ahead
            return replace(leaf, within=leaves.passed(run.bound)) if timed and run.bound else leaf
        words = self.sheet.text[run.start : run.end]
        return Clinical(run.kind, words, span=self.sheet.place(run.start, run.end))

    def _used(self, bound: Bound) -> bool:
        same = [b for b in self.found.windows if b.since == bound.since]
        first = bound is same[0] or len(self._usable()) < len(same)
        return first and any(e.acts and persons.has_time(e) for e in self.found.entries)

    def _inert(self, rule: Rule, entry: Entry) -> Rule:
        """A mention that may not be the person's: without its concepts nothing answers it."""
        if isinstance(rule, Clinical):
            return Clinical(rule.kind, rule.text, within=rule.within, span=rule.span)
        return rule if isinstance(rule, AllOf) else self.sheet.unread(entry.start, entry.end)

    def _unsure(self, said: list[tuple[Entry, Rule]]) -> Piece:
        """Nothing is surely said of the person: the words as they are, nothing for mere fillers."""
        out = self.piece_
        found: list[tuple[int, Rule]] = [(e.start, self._inert(rule, e)) for e, rule in said]
        found += [(run.start, self._run(run)) for run in self.found.runs]
        found += [(aside.start, self._shown(aside)) for aside in self.asides]
        timed = any(isinstance(rule, Clinical) and rule.within for _, rule in said)
        for place, bound in enumerate(self.found.windows) if found else ():
            if place or bound.since or not timed:
                found.append((bound.start, self._unread_time(bound)))
        if found:
            found += [(e.start, self.sheet.unread(e.start, e.end)) for e in out.open]
            out.open, out.unread, out.denied = [], True, self._denied
            out.rule = both([rule for _, rule in sorted(found, key=lambda each: each[0])])
        return out

    def _shown(self, aside: Item) -> Rule:
        rule = self.inner(aside.inside or [])
        if isinstance(rule, Measure | Ordinal):
            # "unfavourable cervix (Bishop score ≤ 4)": whose else should the value be?
            return rule
        return self.sheet.unread(aside.start, aside.end) if rule is None else inert(rule)
