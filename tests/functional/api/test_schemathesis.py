"""Whatever the contract allows or forbids is sent to every operation, by each role that may.

Schemathesis makes the requests and judges the answers by all of its checks; they go to the
application itself, without a server between, over a database in memory. Each operation is called by
the keys that open it; that no other key does is test_access.py's.
"""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from recruit.actions.callers import recognise
from recruit.api import access, webhooks
from recruit.api.limits import MINUTE
from recruit.core.outbound import Poster
from recruit.core.rates import Limit
from tests.api_world import MEMBER, ApiWorld
from tests.conftest import in_memory
from tests.functional.api.conftest import copy

CONTRACT = json.loads(Path("tests/approved/openapi.json").read_text("utf-8"))
METHODS = ("get", "post", "put", "patch", "delete")
OPERATIONS = [
    (method.upper(), path)
    for path, operations in CONTRACT["paths"].items()
    for method in METHODS
    if method in operations
]
EXAMPLES = 50
"""Of requests as the contract has them; half as many again as it has them not."""
CALLERS = ("sponsor", "coordinator", "administrator", "community")
ENDLESS = Limit(10**9, MINUTE)
# What is as documented may still be of another version (412, 428), or say what cannot be taken
# (422): never is it “not as documented” (400).
TAKEN = ["2xx", "304", "401", "403", "404", "409", "410", "412", "413", "422", "428", "429", "502"]
CONFIG = {"checks": {"positive_data_acceptance": {"expected-statuses": TAKEN}}}


@pytest.fixture(scope="module")
def world(shared: ApiWorld) -> Iterator[ApiWorld]:
    """A service whose callers are as quick as they like, and which connects to nobody."""
    with (
        tempfile.TemporaryDirectory(prefix="recruit-api-", dir=in_memory()) as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        own = copy(shared, Path(folder))
        patch.setattr(access, "CALLS", ENDLESS)
        patch.setattr(access, "FAILURES", ENDLESS)
        patch.setattr(webhooks, "TRIES", ENDLESS)
        patch.setattr(webhooks, "Poster", lambda: Poster(resolve=lambda _host: []))
        yield own
        own.engine.dispose()


@pytest.fixture(scope="module")
def schema(world: ApiWorld) -> Any:  # noqa: ANN401 - a schema of schemathesis
    """The contract as the service gives it."""
    config = SchemathesisConfig.from_dict(CONFIG)
    return schemathesis.openapi.from_wsgi("/api/openapi.json", world.app, config=config)


def known(world: ApiWorld) -> dict[str, Any]:
    """What is there, for addresses that name a thing."""
    return {
        "trial": world.trial,
        "number": 1,
        "match": world.match,
        "name": MEMBER,
        "receipt": "none",
        "hook": "events",
    }


def opens(world: ApiWorld, who: str, path: str, method: str) -> bool:
    """Whether a caller's key opens the operation."""
    [[scope]] = (each["key"] for each in CONTRACT["paths"][path][method.lower()]["security"])
    found = recognise(world.engine, world[who].key)
    return found is not None and scope in found.scopes


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=lambda each: each.strip("/"))
def test_whatever_is_sent_is_answered_as_the_contract_says(
    world: ApiWorld,
    schema: Any,  # noqa: ANN401 - as above
    method: str,
    path: str,
) -> None:
    operation = schema[path][method]
    things = known(world)
    if path.startswith("/api/v1/referrals"):
        things["number"] = world.referral
    named = {each.name: things[each.name] for each in operation.path_parameters}
    may = [each for each in CALLERS if opens(world, each, path, method)]
    headers = {who: {"Authorization": f"Bearer {world[who].key}"} for who in CALLERS}
    etag = version_of(world, path)

    def send(case: Any, who: str, *, right: bool) -> None:  # noqa: ANN401 - as above
        if right:
            case.headers["If-Match"] = etag
        response = case.call(headers=headers[who])
        case.validate_response(response, headers=headers[who])

    quick = settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )

    def run(mode: GenerationMode, examples: int) -> None:
        made = [operation.as_strategy(mode)]
        if named:
            made.append(operation.as_strategy(mode, path_parameters=named))

        @settings(quick, max_examples=examples)
        @given(case=st.one_of(made), who=st.sampled_from(may), right=st.booleans())
        def check(case: Any, who: str, right: bool) -> None:  # noqa: ANN401, FBT001 - Hypothesis gives them
            send(case, who, right=right and bool(etag))

        check()

    run(GenerationMode.POSITIVE, EXAMPLES)
    run(GenerationMode.NEGATIVE, EXAMPLES // 2)


def version_of(world: ApiWorld, path: str) -> str:
    """The present version of what an address is about; "" where it has none."""
    if "{trial}" in path:
        return world["sponsor"].etag(f"/trials/{world.trial}")
    if "/referrals/{number}" in path:
        return world["coordinator"].etag(f"/referrals/{world.referral}")
    return ""
