"""Secrets shared with communities move to the newest master key."""

import pytest
from sqlalchemy import Engine

from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import SealBroken
from recruit.core.resealing import reseal
from recruit.people import store
from recruit.people.communities import inbound, providers, pulls, sealed
from recruit.people.communities.providers import Provider
from recruit.people.communities.pulls import Source

OLD, NEW = "o" * 32, "n" * 32


def test_with_the_newest_key_alone_every_secret_opens_after_a_rotation(engine: Engine) -> None:
    old, both, new = (Keyring.of(keys) for keys in ([OLD], [NEW, OLD], [NEW]))
    with unit_of_work(engine) as session:
        store.know_community(session, "carers")
        secret = inbound.listen(session, old, "carers").secret
        source = Source("https://community.example.org/people", 60, "their key")
        pulls.set_pull(session, old, "carers", source)
        provider = Provider("carers", "https://community.example.org/", "recruit", "shared")
        providers.set_provider(session, old, provider)
    with unit_of_work(engine) as session, pytest.raises(SealBroken):
        inbound.secret_of(session, new, "carers")
    assert [reseal(engine, both, place) for _ in range(2) for place in sealed.SEALED] == [1] * 3 + [
        0
    ] * 3
    with unit_of_work(engine) as session:
        assert inbound.secret_of(session, new, "carers") == secret
        assert providers.provider_of(session, new, "carers") == provider
        run = pulls.claim(session, new, now())
    assert run is not None
    assert run.key == "their key"
