import json
from collections.abc import Iterator

import pytest
import requests
import responses

from recruit.core.errors import NotFound, RecruitError, Refusal, Unreachable, WrongUsage
from recruit.trials import registry
from tests.unit.trials.samples import ctgov, ctis_now

NCT = "https://clinicaltrials.gov/api/v2/studies/NCT90000001"
CTIS = "https://euclinicaltrials.eu/ctis-public-api/retrieve/2026-500001-11-00"


@pytest.fixture(autouse=True)
def net() -> Iterator[responses.RequestsMock]:
    """No test here reaches a network: what is not registered is refused."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def test_a_study_is_fetched_by_its_number(net: responses.RequestsMock) -> None:
    net.get(NCT, json=ctgov())
    assert registry.fetch(" nct90000001 ").value == ctgov()


def test_a_trial_of_the_eu_register_is_fetched_by_its_number(net: responses.RequestsMock) -> None:
    net.get(CTIS, json=ctis_now())
    assert registry.fetch("2026-500001-11-00").value == ctis_now()


@pytest.mark.parametrize("number", ["T1", "NCT123", "NCT90000001/../x", "", "2026-500001-11"])
def test_a_number_of_no_registry_is_wrong_usage(number: str) -> None:
    with pytest.raises(WrongUsage, match="neither a number of"):
        registry.fetch(number)


def test_a_registry_that_is_busy_is_asked_again(net: responses.RequestsMock) -> None:
    for status in (429, 503, 500):
        net.get(NCT, status=status)
    net.get(NCT, json=ctgov())
    assert registry.fetch("NCT90000001").value == ctgov()
    assert len(net.calls) == 4


def test_a_registry_that_stays_busy_is_unreachable(net: responses.RequestsMock) -> None:
    net.get(NCT, status=503)
    with pytest.raises(Unreachable, match=r"ClinicalTrials.gov cannot be reached"):
        registry.fetch("NCT90000001")
    assert len(net.calls) == 5


@pytest.mark.parametrize(
    "error", [requests.ConnectionError(), requests.ReadTimeout(), requests.exceptions.SSLError()]
)
def test_a_registry_that_does_not_answer_is_unreachable(
    net: responses.RequestsMock, error: Exception
) -> None:
    net.get(NCT, body=error)
    with pytest.raises(Unreachable):
        registry.fetch("NCT90000001")


def test_a_number_that_the_registry_does_not_know_is_not_found(net: responses.RequestsMock) -> None:
    net.get(NCT, status=404)
    with pytest.raises(NotFound, match="NCT90000001"):
        registry.fetch("NCT90000001")


@pytest.mark.parametrize("status", [400, 401, 403, 410, 451])
def test_a_number_that_the_registry_turns_away_is_refused_alone(
    net: responses.RequestsMock, status: int
) -> None:
    net.get(NCT, status=status)
    with pytest.raises(Refusal, match=f"NCT90000001: answer: .* turns this number away .{status}"):
        registry.fetch("NCT90000001")


def test_a_registry_that_asks_for_patience_to_the_end_is_unreachable(
    net: responses.RequestsMock,
) -> None:
    net.get(NCT, status=429)
    with pytest.raises(Unreachable):
        registry.fetch("NCT90000001")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("\n<!DOCTYPE html><p>Sorry</p>", "this is a web page or XML, not JSON"),
        ('{"protocolSection": ', "this is not JSON, or it ends too early"),
        ("", "this is not JSON, or it ends too early"),
        (b"\xff\xfe{\x00}\x00\xff", "this is not JSON, or it ends too early"),
        ("[" * 100_000, "this is not JSON, or it ends too early"),
    ],
)
def test_an_answer_that_is_no_json_is_refused(
    net: responses.RequestsMock, body: str | bytes, problem: str
) -> None:
    net.get(NCT, body=body)
    with pytest.raises(Refusal, match=f"NCT90000001: answer: {problem}"):
        registry.fetch("NCT90000001")


def test_an_answer_that_is_too_large_is_refused(
    net: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "LARGEST_ANSWER", 1 << 20)
    net.get(NCT, body=json.dumps(["x" * (1 << 20)]))
    with pytest.raises(Refusal, match="the document is larger than 1 MB"):
        registry.fetch("NCT90000001")


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/api/v2/studies/NCT90000001",
        "http://clinicaltrials.gov/api/v2/studies/NCT90000001",
        "https://clinicaltrials.gov.elsewhere.example/NCT90000001",
        "http://127.0.0.1/",
        "file:///etc/passwd",
        "https://[clinicaltrials.gov/",
        "//[",
    ],
)
def test_a_registry_that_sends_us_elsewhere_is_refused(
    net: responses.RequestsMock, target: str
) -> None:
    net.get(NCT, status=302, headers={"Location": target})
    with pytest.raises(Refusal, match="the registry sends us to another address"):
        registry.fetch("NCT90000001")
    assert len(net.calls) == 1


def test_a_move_within_the_registry_is_followed(net: responses.RequestsMock) -> None:
    net.get(NCT, status=301, headers={"Location": "/api/v2/studies/NCT90000009"})
    net.get(NCT.replace("0001", "0009"), json=ctgov("NCT90000009"))
    assert registry.fetch("NCT90000001").value == ctgov("NCT90000009")


def test_a_registry_that_sends_us_round_in_circles_is_unreachable(
    net: responses.RequestsMock,
) -> None:
    net.get(NCT, status=302, headers={"Location": NCT})
    with pytest.raises(Unreachable):
        registry.fetch("NCT90000001")


def test_every_failure_is_said_in_both_languages(net: responses.RequestsMock) -> None:
    net.get(NCT, body="<html>")
    with pytest.raises(RecruitError) as error:
        registry.fetch("NCT90000001")
    assert error.value.say("fr").endswith("c’est une page web ou du XML, pas du JSON")
