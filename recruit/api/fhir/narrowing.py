"""What the Parameters of CodeX's matching services ask of studies.

`zipCode`, `travelRadius` (miles), `phase` and `recruitmentStatus` stand in a Parameters resource of
the bundle, each as a text (mcode/clinical-trial-matching-service, query-parameters.ts).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

from recruit.actions.fhir.study import PHASES, STATUSES
from recruit.actions.finding.where import Point
from recruit.actions.suggesting.suggest import Narrowed
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.people.facts import Home
from recruit.people.places import located
from recruit.people.places.postcodes import FRANCE
from recruit.trials.draft import Phase, TrialStatus

Json = dict[str, Any]

KM_PER_MILE: Final = 1.609344
ANY: Final = frozenset({"any", "all"})
RECRUITING: Final = frozenset({TrialStatus.RECRUITING})
UNKNOWN_POSTCODE: Final = N_(
    "This postcode is not known here, where only those of France are: the distance narrows nothing."
)
NO_PLACE: Final = N_("No place was given that is known here: the distance narrows nothing.")
NO_NUMBER: Final = N_("This is no distance in miles.")
NO_PHASE: Final = N_("There is no such phase of a study.")
NO_STATUS: Final = N_("There is no such status of a study.")
NO_TEXT: Final = N_("A text of at most {most} letters is wanted here.")
LONGEST: Final = 60
KNOWN: Final = frozenset({"zipCode", "travelRadius", "phase", "recruitmentStatus"})
# What FHIR calls a study that looks for people, and ClinicalTrials.gov does.
OTHER_STATES: Final[Mapping[str, frozenset[TrialStatus]]] = {
    "active": RECRUITING | {TrialStatus.ENROLLING_BY_INVITATION},
    **{status.value.replace("_", ""): frozenset({status}) for status in TrialStatus},
}
_DISTANCE: Final = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)\s*(?:mi|miles?)?")
_SIGNS: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked; `lost` says why the distance narrows nothing, "" where it does or none is."""

    narrowed: Narrowed
    lost: str


def wanted(bundle: Json, home: Home) -> Wanted:
    """What the bundle's Parameters ask; a postcode is of the country of `home`, else of France.

    Without a postcode the distance is from `home`.

    Raises:
        Refusal: one of them makes no sense.
    """
    given = dict(_given(bundle))
    postcode = given.get("zipCode", "").strip()
    place = located(Home(home.country or FRANCE, postcode)) if postcode else home
    near = None
    if place.lat is not None and place.lon is not None:
        near = Point(postcode, place.lat, place.lon)
    narrowed = Narrowed(
        states=_states(given.get("recruitmentStatus")),
        phases=_phases(given.get("phase", "")),
        near=near,
        km=_km(given.get("travelRadius", "")),
    )
    lost = "" if near else UNKNOWN_POSTCODE if postcode else NO_PLACE if narrowed.km else ""
    return Wanted(narrowed, lost)


def _given(bundle: Json) -> Iterator[tuple[str, str]]:
    """Name and value of each parameter that is known."""
    for entry in bundle.get("entry", ()):
        resource = entry["resource"]
        listed = resource.get("parameter") if resource["resourceType"] == "Parameters" else None
        for each in listed if isinstance(listed, list) else ():
            name = each.get("name") if isinstance(each, dict) else None
            if isinstance(name, str) and name in KNOWN:
                yield name, _text(name, each)


def _text(name: str, parameter: Json) -> str:
    found = [value for key, value in parameter.items() if key.startswith("value")]
    value = found[0] if len(found) == 1 else None
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise _refusal(NO_TEXT, name, most=LONGEST)
    text = str(value).strip()
    if len(text) > LONGEST or not text.isprintable():
        raise _refusal(NO_TEXT, name, most=LONGEST)
    return text


def _km(text: str) -> float | None:
    if not text:
        return None
    found = _DISTANCE.fullmatch(text.lower())
    miles = float(found[1]) if found else float("nan")
    if not isfinite(miles):
        raise _refusal(NO_NUMBER, "travelRadius")
    return miles * KM_PER_MILE


def _phases(text: str) -> frozenset[Phase] | None:
    """The phases that a code means: "phase-1" also one of phases 1 and 2 together."""
    bare = _bare(text)
    if not bare or bare in ANY:
        return None
    alike = {_bare(code): code for code, _ in PHASES.values()}
    alike |= {_bare(phase): code for phase, (code, _) in PHASES.items()}
    code = alike.get(bare)
    if code is None:
        raise _refusal(NO_PHASE, "phase")
    own = {phase for phase, (each, _) in PHASES.items() if each == code}
    digits = {phase for phase in own if phase.isdecimal()}
    both = {phase for phase in PHASES if "/" in phase and digits & set(phase.split("/"))}
    return frozenset(own | both)


def _states(text: str | None) -> frozenset[TrialStatus] | None:
    """Without a word those that look for people."""
    bare = _bare(text or "")
    if not bare:
        return RECRUITING
    if bare in ANY:
        return None
    coded = {_bare(code) for code in STATUSES.values()}
    if bare in OTHER_STATES:
        return OTHER_STATES[bare]
    if bare not in coded:
        raise _refusal(NO_STATUS, "recruitmentStatus")
    return frozenset(state for state, code in STATUSES.items() if _bare(code) == bare)


def _bare(text: str) -> str:
    """Letters and figures alone: "PHASE_1" and "phase-1" are the same."""
    return _SIGNS.sub("", text.lower())


def _refusal(problem: str, name: str, **details: object) -> Refusal:
    return Refusal(record="Parameters", field=name, problem=problem, **details)
