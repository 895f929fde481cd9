"""Whatever is broken in a bundle, the answer is FHIR, and never that something went wrong here."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recruit.actions.communities import add_community, issue_key
from recruit.api import access
from recruit.api.fhir import matching
from recruit.api.limits import MINUTE
from recruit.core.rates import Limit
from tests.fhir import (
    BREAST_CANCER,
    DIABETIC,
    Json,
    asking,
    bundle,
    check,
    condition,
    consent,
    measured,
    parameters,
    patient,
    post,
)
from tests.functional.web.conftest import Stock
from tests.web_world import World

MATCHING = "/getClinicalTrial"
GIVEN: list[Json] = [
    bundle(parameters(zipCode="75012", travelRadius="50", phase="any"), *DIABETIC),
    bundle(*BREAST_CANCER),
    asking(
        bundle(
            patient("m-1", birthDate="1975-04-12"),
            condition("Gout", about="m-1"),
            measured("4548-4", 7.8, "%", about="m-1"),
            consent("m-1"),
            kind="transaction",
        )
    ),
]
# What stands where something else should: every sort of JSON, and what readers stumble over.
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(
        ["", "\x00", "\ud800", "9999-99-99", "0000", "2026-02-30", "urn:uuid:", "#", "Patient/",
         "1e400", "é" * 300, "../..", "${x}", "{x}", "%s", "PT1S", "0001-01-01T00:00:00Z",
         "9999-12-31T23:59:59-14:00", "2026-10-01T10:00:00+99:99"]
    ),
    st.just([]),
    st.just({}),
    st.just([None]),
    st.just({"resourceType": "Bundle", "entry": []}),
    st.just({"coding": [{"system": 7, "code": []}]}),
)  # fmt: skip


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value within a value."""
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else ()
    for name, each in enumerate(value) if isinstance(value, list) else inner:
        yield from places(each, (*path, name))


PLACES = [list(places(each)) for each in GIVEN]


@st.composite
def mutated(draw: st.DrawFn) -> Json:
    """A bundle with one to four of its values replaced, left out, doubled or put elsewhere."""
    number = draw(st.integers(0, len(GIVEN) - 1))
    made: Json = json.loads(json.dumps(GIVEN[number]))
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(PLACES[number]))
        holder: Any = made
        try:
            for step in path[:-1]:
                holder = holder[step]
            old = holder[path[-1]]
        except (LookupError, TypeError):
            continue  # an earlier change took it away
        if isinstance(holder, str):
            continue  # the same
        match draw(st.sampled_from(["replace", "leave out", "double", "wrap", "swap"])):
            case "replace":
                holder[path[-1]] = draw(ODD)
            case "leave out":
                del holder[path[-1]]
            case "double":
                holder[path[-1]] = [old, old]
            case "wrap":
                holder[path[-1]] = {"value": old}
            case _:
                other = draw(st.sampled_from(PLACES[number]))
                holder[path[-1]] = json.loads(json.dumps(_at(GIVEN[number], other)))
    return made


def _at(value: Any, path: tuple[Any, ...]) -> object:  # noqa: ANN401 - any JSON
    for step in path:
        value = value[step]
    return value


@pytest.fixture(scope="module")
def broken(stock: Stock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str]]:
    """A service that may be asked as often as one likes, and a community's key."""
    world = stock.world(tmp_path_factory.mktemp("mutated"))
    add_community(world.engine, name="carenity", actor="test")
    key = issue_key(world.engine, community="carenity", actor="test").text
    with pytest.MonkeyPatch.context() as patch:
        for room, name in ((matching, "ASKED"), (access, "CALLS")):
            patch.setattr(room, name, Limit(1_000_000, MINUTE))
        yield world, key
    world.engine.dispose()


@pytest.mark.parametrize("path", [MATCHING, "/fhir"])
@given(body=mutated())
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_broken_bundle_is_answered(broken: tuple[World, str], path: str, body: Json) -> None:
    world, key = broken
    shown = {"Authorization": f"Bearer {key}"} if path != MATCHING else {}
    answer = post(world.app.test_client(), path, body, **shown)

    assert answer.status_code in {200, 400, 422}, answer.text
    assert answer.mimetype == "application/fhir+json"
    check(json.loads(answer.text))


@given(
    text=st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass")),
    )
)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_bytes_are_answered(broken: tuple[World, str], text: bytes) -> None:
    answer = post(broken[0].app.test_client(), MATCHING, text)
    assert answer.status_code == 400
    check(json.loads(answer.text))
