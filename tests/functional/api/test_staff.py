"""Coordinators' and operators' programs: matches, referrals, deliveries."""

import pytest

from recruit.api.examples import WISH
from tests.api_world import ApiWorld


def test_matches_are_narrowed_and_explained(shared: ApiWorld) -> None:
    coordinator = shared["coordinator"]
    assert coordinator.read(f"/matches?study={shared.study.trial}")["items"]
    assert coordinator.read("/matches?study=NOTHING")["items"] == []
    assert coordinator.read("/matches?verdict=eligible")["items"] == []
    found = coordinator.read(f"/matches/{shared.match}")
    assert [each["holds"] for each in found["criteria"]] == ["yes", "yes", "unknown"]
    assert found["criteria"][2]["questions"]
    french = coordinator.send("GET", f"/matches/{shared.match}", Accept_Language="fr").get_json()
    assert french["criteria"][2]["questions"] != found["criteria"][2]["questions"]


def test_a_match_is_decided_once_and_taken_back(own: ApiWorld) -> None:
    coordinator, path = own["coordinator"], f"/matches/{own.match}"
    made = coordinator.send("POST", f"{path}/decision", WISH)
    assert made.status_code == 201, made.text
    assert coordinator.read(path)["decided"]["decision"] == "no"
    again = coordinator.send("POST", f"{path}/decision", {"decision": "approve"})
    assert (again.status_code, again.get_json()["detail"]) == (
        409,
        "This match is decided already.",
    )
    undone = coordinator.send("DELETE", f"{path}/decision/{made.get_json()['number']}")
    assert undone.status_code == 204
    assert coordinator.read(path)["decided"] is None


def test_nobody_is_invited_whom_no_gate_lets_through(own: ApiWorld) -> None:
    answer = own["coordinator"].send(
        "POST", f"/matches/{own.match}/decision", {"decision": "approve"}
    )
    assert answer.status_code == 409
    assert "cannot be invited" in answer.get_json()["detail"]


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"decision": "no"}, "reason"),
        ({"decision": "no", "reason": "rule misread"}, "wrong"),
        ({"decision": "not_now", "until": "2020-01-01"}, "until"),
        ({"decision": "ask"}, "criterion"),
    ],
)
def test_a_decision_without_what_belongs_to_it_is_refused_by_field(
    shared: ApiWorld, wish: dict[str, str], field: str
) -> None:
    answer = shared["coordinator"].send("POST", f"/matches/{shared.match}/decision", wish)
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, field)


def test_a_referral_goes_on_by_the_sites_own_steps(own: ApiWorld) -> None:
    coordinator, path = own["coordinator"], f"/referrals/{own.referral}"
    etag = coordinator.etag(path)
    assert "contacted" in coordinator.read(path)["possible"]
    step = {"state": "contacted"}
    assert coordinator.send("POST", f"{path}/steps", step).status_code == 428
    made = coordinator.send("POST", f"{path}/steps", step, If_Match=etag)
    assert (made.status_code, made.get_json()["stage"]) == (201, "contacted"), made.text
    assert coordinator.send("POST", f"{path}/steps", step, If_Match=etag).status_code == 412
    undone = coordinator.send("DELETE", f"{path}/last", If_Match=made.headers["ETag"])
    assert undone.get_json()["stage"] == "released"


def test_who_leaves_does_so_for_a_reason(own: ApiWorld) -> None:
    coordinator, path = own["coordinator"], f"/referrals/{own.referral}"
    etag = coordinator.etag(path)
    without = coordinator.send("POST", f"{path}/steps", {"state": "declined"}, If_Match=etag)
    assert without.status_code == 422
    called = coordinator.send("POST", f"{path}/calls", If_Match=etag)
    assert called.get_json()["calls_in_vain"] == 1


def test_deliveries_are_listed_by_pseudonym_and_counted(shared: ApiWorld) -> None:
    operator = shared["administrator"]
    found = operator.read("/deliveries?state=delivered")["items"]
    assert len(found) == 3
    assert all(each["person"].startswith("P-") for each in found)
    assert operator.read("/deliveries?channel=letter")["items"] == []
    assert operator.read("/deliveries/counts")["states"] == [{"state": "delivered", "messages": 3}]


def test_counts_are_coarse(shared: ApiWorld) -> None:
    for each in shared["administrator"].read("/reach")["items"]:
        assert each["about"] == "0–10"
