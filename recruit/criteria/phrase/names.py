"""What things are called in the language of a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from babel import Locale

from recruit.criteria.nodes import Clinical, Ordinal
from recruit.terminology.concepts import Concept
from recruit.terminology.scales import Scale, scale
from recruit.terminology.states import state
from recruit.terminology.variables import variable


class Lexicon(Protocol):
    """Whoever knows concepts by their identifier or code."""

    def concept(self, code: str, /) -> Concept | None:
        """The concept, or None when there is none."""


class Named(Protocol):
    """An entry of our own tables."""

    def name(self, language: str) -> str:
        """The preferred name."""


@dataclass(frozen=True, slots=True)
class Names:
    """Names in one language; the leaf's own words where no lexicon knows better."""

    language: str
    lexicon: Lexicon | None = None

    def concepts(self, leaf: Clinical) -> list[str]:
        """The different names of what `leaf` speaks of; its own words when it has no concept."""
        return self._names(leaf.concepts) or [" ".join(leaf.text.split())]

    def besides(self, leaf: Clinical) -> list[str]:
        """The different names of what `leaf` leaves out; codes where no lexicon knows better."""
        return self._names(leaf.besides) or list(leaf.besides)

    def _names(self, codes: Sequence[str]) -> list[str]:
        names: dict[str, str] = {}
        for code in codes if self.lexicon else ():
            concept = self.lexicon.concept(code) if self.lexicon else None
            if concept is not None:
                name = concept.name(self.language)
                names.setdefault(name.casefold(), name)
        return list(names.values())

    def variable(self, key: str) -> str:
        """The name of a variable."""
        return self._named(variable(key), key)

    def scale(self, key: str) -> str:
        """The name of a clinical scale."""
        return self._named(scale(key), key)

    def state(self, key: str) -> str:
        """The name of a state."""
        return self._named(state(key), key)

    def grades(self, leaf: Ordinal) -> list[tuple[str, str]]:
        """The grades of `leaf` as runs from the first to the last: A to C, then E.

        A stage stands for its finer ones where all of them are there (III for IIIA and IIIB).
        """
        known = scale(leaf.variable)
        if known is None or not set(leaf.values) <= set(known.grades):
            return [(value, value) for value in leaf.values]
        coarse = _coarsest(leaf.values, known)
        order = [grade for grade in known.grades if grade in _coarsest(known.grades, known)]
        runs: list[list[str]] = []
        for value in coarse:
            if runs and _follows(runs[-1][-1], value, order):
                runs[-1].append(value)
            else:
                runs.append([value])
        return [pair for run in runs for pair in _ends(run)]

    def country(self, code: str) -> str:
        """The name of a country; its code when it is none that is known."""
        return str(Locale(self.language).territories.get(code, code))

    def tongue(self, code: str) -> str:
        """The name of a language; its code when it is none that is known."""
        return str(Locale(self.language).languages.get(code, code))

    def _named(self, entry: Named | None, key: str) -> str:
        if entry is None:
            return key.replace("_", " ")
        return entry.name(self.language)


def _coarsest(grades: Sequence[str], known: Scale) -> list[str]:
    """The grades, in the scale's order, without those that a coarser one among them takes in."""
    taken = set(grades)
    whole = [grade for grade in known.grades if set(known.taken_in(grade)) <= taken]
    finer = {fine for grade in whole for fine in known.taken_in(grade) if fine != grade}
    return [grade for grade in known.grades if grade in taken and grade not in finer]


def _follows(last: str, value: str, order: list[str]) -> bool:
    """Whether `value` is the next grade after `last`."""
    return last in order and value in order and order.index(value) == order.index(last) + 1


def _ends(run: list[str]) -> list[tuple[str, str]]:
    """A run of three or more by its ends, a shorter one grade by grade."""
    return [(run[0], run[-1])] if run[2:] else [(value, value) for value in run]
