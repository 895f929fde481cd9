"""Rules, criteria and eligibility as JSON and back: the contract's "Rule JSON".

Fields that hold their default are left out. Decoding trusts nothing: what is odd is refused with
the record's name and the field's path, and no input, however deep, exhausts the stack.
"""

from typing import Final

from recruit.core.i18n import N_
from recruit.criteria.decoding import decode_rule
from recruit.criteria.eligibility import Criterion, CriterionKind, Eligibility, Place, Settler
from recruit.criteria.encoding import encode_rule, kept, plain, positions
from recruit.criteria.nodes import Rule
from recruit.criteria.record import JsonValue, Record
from recruit.criteria.soundness import admits_unknown

_CRITERION: Final = frozenset({"kind", "text", "rule", "span", "settled_by"})
_ELIGIBILITY: Final = frozenset({"trial", "criteria", "about", "seeks_healthy", "places"})
_PLACE: Final = frozenset({"country", "lat", "lon", "recruiting"})
_CRITERION_KINDS: Final[dict[str, CriterionKind]] = {
    "inclusion": "inclusion",
    "exclusion": "exclusion",
}
_SETTLERS: Final[dict[str, Settler]] = {"record": "record", "person": "person", "site": "site"}


def encode(rule: Rule) -> dict[str, JsonValue]:
    """The rule as a JSON object; clinical leaves have their kind as `type`."""
    return encode_rule(rule)


def decode(data: object, where: str) -> Rule:
    """The rule that `data` stands for; `where` names the record it comes from.

    Raises:
        Refusal: naming the record and the first field that is odd.
    """
    return decode_rule(data, where, "rule")


def encode_criterion(criterion: Criterion) -> dict[str, JsonValue]:
    """The criterion as `{"kind", "text", "span", "rule", "settled_by"}`."""
    return kept(
        {
            "kind": criterion.kind,
            "text": criterion.text,
            "span": positions(criterion.span),
            "rule": encode_rule(criterion.rule),
            "settled_by": None if criterion.settled_by == "record" else criterion.settled_by,
        }
    )


def decode_criterion(data: object, where: str) -> Criterion:
    """The criterion that `data` stands for.

    Raises:
        Refusal: as `decode`, and when the criterion is met by a person of whom nothing is known.
    """
    return _criterion(Record(data, where, ""))


def encode_eligibility(eligibility: Eligibility) -> dict[str, JsonValue]:
    """What a trial asks, as `{"trial", "criteria", "about", "seeks_healthy", "places"}`."""
    return kept(
        {
            "trial": eligibility.trial,
            "criteria": [encode_criterion(each) for each in eligibility.criteria],
            "about": list(eligibility.about) or None,
            "seeks_healthy": eligibility.seeks_healthy or None,
            "places": [_encode_place(place) for place in eligibility.places] or None,
        }
    )


def decode_eligibility(data: object, where: str) -> Eligibility:
    """What a trial asks, from the JSON value that stands for it.

    Raises:
        Refusal: as `decode_criterion`.
    """
    record = Record(data, where, "")
    record.only(_ELIGIBILITY)
    return Eligibility(
        trial=record.text("trial"),
        criteria=tuple(map(_criterion, record.records("criteria"))),
        about=record.texts("about"),
        seeks_healthy=record.flag("seeks_healthy", default=False),
        places=tuple(map(_place, record.records("places"))),
    )


def _criterion(record: Record) -> Criterion:
    record.only(_CRITERION)
    criterion = Criterion(
        kind=record.choice("kind", _CRITERION_KINDS, None),
        text=record.any_text("text"),
        rule=decode_rule(record.data.get("rule"), record.where, record.at("rule")),
        span=record.span(),
        settled_by=record.choice("settled_by", _SETTLERS, "record"),
    )
    if admits_unknown(criterion):
        record.refuse("rule", N_("this accepts a person of whom nothing is known"))
    return criterion


def _encode_place(place: Place) -> dict[str, JsonValue]:
    return kept(
        {
            "country": place.country,
            "lat": plain(place.lat),
            "lon": plain(place.lon),
            "recruiting": None if place.recruiting else False,
        }
    )


def _place(record: Record) -> Place:
    record.only(_PLACE)
    return Place(
        country=record.country(),
        lat=record.number("lat", -90, 90),
        lon=record.number("lon", -180, 180),
        recruiting=record.flag("recruiting", default=True),
    )
