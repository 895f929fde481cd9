"""The French of a rule: noun phrases that do without the gender of what they name."""

from dataclasses import dataclass
from typing import Final

from recruit.criteria.nodes import (
    Age,
    Clinical,
    Detail,
    Language,
    Leaf,
    Location,
    Measure,
    Ordinal,
    Sex,
    State,
    Status,
    Unparsed,
)
from recruit.criteria.phrase.elision import of, of_the_tongue
from recruit.criteria.phrase.fr_amounts import (
    Scale,
    age,
    ago,
    bounded,
    of_state,
    scale_of,
    since,
)
from recruit.criteria.phrase.names import Names
from recruit.criteria.phrase.numbers import NO_BREAK, Bounds, pair, written
from recruit.criteria.phrase.opposites import FRENCH as OPPOSITES
from recruit.terminology.concepts import Kind

MOST_NAMES: Final = 3
COLON: Final = f"{NO_BREAK}: "
SEMICOLON: Final = "\u202f; "
NOUNS: Final = {
    Kind.DRUG: "traitement{} par ",
    Kind.ALLERGY: "allergie{}",
    Kind.EXPOSURE: "exposition{}",
    Kind.DEVICE: "utilisation{} d’un dispositif",
}
"""Nouns whose gender is known; `{}` takes what agrees with them."""

STATUSES: Final[dict[str, dict[Status, str]]] = {
    "masculine": {"current": "", "past": " antérieur", "ever": " actuel ou antérieur"},
    "feminine": {"current": "", "past": " passée", "ever": " actuelle ou passée"},
}
SEXES: Final = {"female": "féminin", "male": "masculin"}
SEVERITIES: Final = {
    "mild": "forme légère",
    "moderate": "forme modérée",
    "severe": "forme sévère",
}
LINES: Final = {"1": "première ligne", "2": "deuxième ligne", "3": "troisième ligne"}
VALUES: Final = {
    "positive": "positif",
    "negative": "négatif",
    "mutated": "muté",
    "wild-type": "type sauvage",
}


@dataclass(frozen=True, slots=True)
class French:
    """Says rules in French; see Wording in sentence.py."""

    names: Names

    def all_head(self, *, holds: bool) -> str:
        """Of a list of which all hold, or not all."""
        return "tous les éléments suivants" if holds else "pas tous les éléments suivants à la fois"

    def any_head(self, *, holds: bool) -> str:
        """Of a list of which one at least holds, or none."""
        return f"{'au moins un' if holds else 'aucun'} des éléments suivants"

    def at_least_head(self, n: int, *, holds: bool) -> str:
        """Of a list of which at least n hold, or fewer."""
        return f"{'au moins' if holds else 'moins de'} {n} des éléments suivants"

    def both(self, one: str, other: str) -> str | None:
        """Joined by « et », unless an « ou » or a comma is near."""
        return None if _tangled(one + other, " ou ") else f"{one} et {other}"

    def either(self, one: str, other: str) -> str | None:
        """Joined by « ou », unless an « et » or a comma is near."""
        return None if _tangled(one + other, " et ") else f"{one} ou {other}"

    def listing(self, head: str, parts: list[str], *, inner: bool) -> str:
        """After a colon, or in brackets."""
        listed = SEMICOLON.join(parts)
        return f"{head} ({listed})" if inner else f"{head}{COLON}{listed}"

    def leaf(self, leaf: Leaf, *, holds: bool) -> str:  # noqa: C901, PLR0911 - one for each type
        """What the leaf says, or its opposite."""
        match leaf:
            case Age():
                return age(leaf, holds=holds)
            case Sex(value):
                return f"sexe {'' if holds else 'autre que '}{SEXES[value]}"
            case Clinical(Kind.BIOMARKER):
                return self._biomarker(leaf, holds=holds)
            case Clinical():
                return self._clinical(leaf, holds=holds)
            case Measure():
                return self._measure(leaf, holds=holds)
            case Ordinal():
                return self._ordinal(leaf, holds=holds)
            case State():
                return self._state(leaf, holds=holds)
            case Language(value):
                able = "maîtrise" if holds else "absence de maîtrise"
                tongue = of_the_tongue(self.names.tongue(value))
                return f"{able} {tongue} à l’oral et à l’écrit"
            case Location():
                return self._location(leaf, holds=holds)
            case Unparsed(text, about=about):
                named = "mesure non lue" if about == "measure" else "non lu"
                head = named if holds else f"{named}, le contraire de"
                return f"{head}{COLON}«{NO_BREAK}{' '.join(text.split())}{NO_BREAK}»"

    def thing(self, leaf: Clinical) -> str:
        """What it is, with what narrows it in brackets."""
        return f"{_or(self._called(leaf))}{self._narrowed(leaf)}"

    # ---------------------------------------------------------------- clinical statements
    def _clinical(self, leaf: Clinical, *, holds: bool) -> str:
        names = self._called(leaf)
        when = since(leaf, holds=holds)
        narrowed = self._narrowed(leaf)
        noun = NOUNS.get(leaf.kind)
        if noun is None:
            return f"{_present(names, leaf, holds=holds)}{narrowed}{when}"
        drug = leaf.kind is Kind.DRUG
        status: Status = "current" if leaf.status == "ever" and leaf.within else leaf.status
        noun = noun.format(STATUSES["masculine" if drug else "feminine"][status])
        words = noun if holds else f"absence {of(noun)}"
        if drug:
            return f"{words}{_or(names)}{narrowed}{when}"
        # "à la" or "au" would need the gender of the name: a colon does not.
        return f"{words}{when}{COLON}{_or(names)}{narrowed}"

    def _biomarker(self, leaf: Clinical, *, holds: bool) -> str:
        value = leaf.detail.value if leaf.detail else None
        if value is None:
            said = "présent" if holds else "absent"
        else:
            said = f"{'' if holds else 'autre que '}{VALUES.get(value, value)}"
        when = {"current": "", "past": ", par le passé", "ever": ", actuellement ou par le passé"}[
            leaf.status
        ]
        if leaf.within:
            when = f", {ago(leaf.within)}"
        return f"biomarqueur {self.thing(leaf)}{COLON}{said}{when}"

    def _called(self, leaf: Clinical) -> list[str]:
        names = self.names.concepts(leaf)
        if len(names) > MOST_NAMES:
            names[MOST_NAMES:] = [f"{len(names) - MOST_NAMES} autres"]
        return names

    def _narrowed(self, leaf: Clinical) -> str:
        said = _details(leaf.detail, with_value=leaf.kind is not Kind.BIOMARKER)
        if leaf.besides:
            # Gender and number of the name are not known: "hors" needs neither.
            others = f"hors {_or(self.names.besides(leaf))}"
            said = f"{said}, {others}" if said else others
        return f" ({said})" if said else ""

    # ---------------------------------------------------------------- values, grades, the rest
    def _measure(self, leaf: Measure, *, holds: bool) -> str:
        name = self.names.variable(leaf.variable)
        bounds = Bounds.of(leaf)
        when = f", d’après une mesure effectuée {ago(leaf.within)}" if leaf.within else ""
        if bounds is None:
            return f"{name}{COLON}valeur {'connue' if holds else 'inconnue'}{when}"
        return f"{name}{_linked(bounded(bounds, scale_of(leaf), holds=holds))}{when}"

    def _ordinal(self, leaf: Ordinal, *, holds: bool) -> str:
        name = self.names.scale(leaf.variable)
        bounds = Bounds.of(leaf)
        if bounds is None:
            runs = self.names.grades(leaf)
            grades = _or([a if a == z else f"{a} à {z}" for a, z in runs]) or "indifférent"
            return f"{name}{COLON}{'' if holds else 'autre que '}{grades}"
        if bounds.low is None or bounds.high is None or bounds.low == bounds.high:
            return f"{name}{_linked(bounded(bounds, Scale(), holds=holds))}"
        grades = " à ".join(pair(bounds.low, bounds.high, "fr"))
        return f"{name}{COLON}{'' if holds else 'autre que '}{grades}"

    def _state(self, leaf: State, *, holds: bool) -> str:
        name = self.names.state(leaf.state)
        if leaf.within:
            # « Absence de grossesse depuis un an » would be another statement.
            head = "" if holds else f"ne s’applique pas{COLON}"
            return f"{head}{name}, {of_state(leaf.within)}"
        return name if holds else OPPOSITES.get(leaf.state) or f"non{COLON}{name}"

    def _location(self, leaf: Location, *, holds: bool) -> str:
        if leaf.country is not None:
            name = self.names.country(leaf.country)
            return f"pays de résidence{'' if holds else ' autre que'}{COLON}{name}"
        if leaf.km is None:
            return "lieu de résidence indifférent" if holds else "aucun lieu de résidence"
        far = f"{written(leaf.km, 'fr')}{NO_BREAK}km"
        bound = f"{far} au plus d’un" if holds else f"plus de {far} de tout"
        return f"domicile à {bound} centre de l’étude"


def _present(names: list[str], leaf: Clinical, *, holds: bool) -> str:
    """A condition or a procedure by its bare name, or after « antécédent » and the like."""
    of_names = _or([of(name) for name in names])
    procedure = leaf.kind is Kind.PROCEDURE
    if leaf.status == "current" or (leaf.within and (procedure or leaf.status == "ever")):
        return _or(names) if holds else f"absence {of_names}"
    if leaf.status == "past" or procedure:
        return f"{'antécédent' if holds else 'absence d’antécédent'} {of_names}"
    return f"{'présence actuelle ou' if holds else 'absence actuelle et'} passée {of_names}"


def _tangled(words: str, other: str) -> bool:
    return other in words or any(mark in words for mark in ",;:")


def _or(names: list[str]) -> str:
    return " ou ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _linked(bounds: str) -> str:
    """« entre 7 et 10 » follows a name at once, « au moins 7 » after a colon."""
    return f" {bounds}" if bounds.startswith("entre") else f"{COLON}{bounds}"


def _details(detail: Detail | None, *, with_value: bool) -> str:
    if detail is None:
        return ""
    said = (
        f"stade {detail.stage.upper()}" if detail.stage else None,
        SEVERITIES.get(detail.severity, detail.severity) if detail.severity else None,
        LINES.get(detail.line, f"ligne {detail.line}") if detail.line else None,
        VALUES.get(detail.value, detail.value) if detail.value and with_value else None,
    )
    return ", ".join(filter(None, said))
