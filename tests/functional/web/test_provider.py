"""Staff sign in with an identity provider, and nothing that it did not say is believed."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from hashlib import sha256
from json import dumps
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from recruit.actions.accounts import disable_account, link_account
from recruit.core.clock import now
from recruit.core.config import Settings, read_settings
from recruit.core.errors import WrongUsage
from tests.functional.web.conftest import Stock
from tests.functional.web.identity_provider import CLIENT, NATIONAL, SECRET, Provider, running
from tests.functional.web.staff import is_in
from tests.web_world import BASE_URL, COORDINATOR, World, pages


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running() as answering:
        yield answering


def service(folder: Path, stock: Stock, provider: Provider, **more: str) -> World:
    """A service that knows the provider as Pro Santé Connect is known."""
    own = stock.world(folder)
    known: dict[str, Any] = {
        "oidc_scope": "openid scope_all",
        "oidc_acr": "eidas1",
        "oidc_claim": "SubjectNameID",
        "second_factor": "required",
        **more,
    }
    settings = Settings(
        data_folder=folder,
        base_url=BASE_URL,
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SecretStr(SECRET),
        **known,
    )
    return World(pages(settings, own.engine), own.engine, own.matches)


@pytest.fixture
def linked(stock: Stock, tmp_path: Path, provider: Provider) -> Iterator[World]:
    """The coordinator is linked to what the provider calls them."""
    world = service(tmp_path, stock, provider)
    link_account(world.engine, email=COORDINATOR, subject=NATIONAL, actor="test")
    yield world
    world.engine.dispose()


def go(client: FlaskClient) -> str:
    """To the provider and back to our door; gives the address one is sent to there."""
    answer = client.get("/login/provider")
    assert answer.status_code == 302
    back = requests.get(answer.headers["Location"], allow_redirects=False, timeout=5)
    return back.headers["Location"].removeprefix(BASE_URL)


def come(client: FlaskClient) -> tuple[int, str]:
    answer = client.get(go(client))
    return answer.status_code, answer.headers.get("Location", "")


def test_whom_the_provider_knows_and_an_administrator_linked_comes_in(linked: World) -> None:
    client = linked.app.test_client()
    client.get("/review?verdict=eligible")
    assert come(client) == (302, "/review?verdict=eligible")
    assert is_in(client)


def test_the_provider_is_asked_in_its_own_form(linked: World, provider: Provider) -> None:
    come(linked.app.test_client())
    asked = provider.asked
    assert asked["scope"] == "openid scope_all"
    assert asked["acr_values"] == "eidas1"
    assert asked["code_challenge_method"] == "S256"
    assert asked["response_type"] == "code"
    assert asked["redirect_uri"] == f"{BASE_URL}/login/provider/return"
    assert len(asked["state"]) > 20
    assert len(asked["nonce"]) > 15


def refused(world: World) -> None:
    client = world.app.test_client()
    status, _ = come(client)
    assert status == 422
    assert not is_in(client)


@pytest.mark.parametrize(
    "bent",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": None},
        {"aud": "another", "azp": CLIENT},
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"exp": 1},
        {"exp": None},
        {"acr": "eidas0"},
        {"acr": None},
        {"sub": None},
        {"sub": "somebody-else"},
        {"at_hash": "another"},
    ],
    ids=lambda bent: "-".join(f"{name}={value}" for name, value in bent.items()),
)
def test_a_token_that_is_not_as_it_should_be_is_refused(
    linked: World, provider: Provider, bent: dict[str, Any]
) -> None:
    provider.bent = bent
    refused(linked)


def test_an_unknown_subject_is_refused_and_gets_no_account(
    linked: World, provider: Provider
) -> None:
    provider.about["SubjectNameID"] = "899700000002"
    refused(linked)


@pytest.mark.parametrize("subject", [None, "", 899700000001, ["899700000001"], "\0"])
def test_an_odd_subject_is_refused(linked: World, provider: Provider, subject: object) -> None:
    provider.about["SubjectNameID"] = subject
    refused(linked)


def test_what_is_said_about_somebody_else_is_not_believed(
    linked: World, provider: Provider
) -> None:
    provider.about["sub"] = "somebody-else"
    refused(linked)


def test_a_token_signed_with_another_key_is_refused(linked: World, provider: Provider) -> None:
    provider.signing = RSAKey.generate_key(2048, {"kid": "one"})
    refused(linked)


def good_claims(provider: Provider) -> dict[str, Any]:
    moment = round(now().timestamp())
    return {
        "iss": provider.issuer,
        "aud": CLIENT,
        "iat": moment,
        "exp": moment + 300,
        "sub": "opaque-subject-1",
        "acr": "eidas1",
    }


def unsigned(*parts: dict[str, Any]) -> str:
    return ".".join(urlsafe_b64encode(dumps(part).encode()).rstrip(b"=").decode() for part in parts)


def test_a_token_without_a_signature_is_refused(linked: World, provider: Provider) -> None:
    client = linked.app.test_client()
    address = go(client)
    claims = {**good_claims(provider), "nonce": provider.asked["nonce"]}
    provider.token = unsigned({"alg": "none", "kid": "one"}, claims) + "."
    assert client.get(address).status_code == 422
    assert not is_in(client)


def test_a_token_signed_with_the_public_key_as_a_secret_is_refused(
    linked: World, provider: Provider
) -> None:
    client = linked.app.test_client()
    address = go(client)
    claims = {**good_claims(provider), "nonce": provider.asked["nonce"]}
    signed = unsigned({"alg": "HS256", "kid": "one"}, claims)
    secret = provider.key.as_pem(private=False)
    mac = hmac.new(secret, signed.encode(), sha256).digest()
    provider.token = f"{signed}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    assert client.get(address).status_code == 422
    assert not is_in(client)


def test_another_state_is_refused(linked: World) -> None:
    client = linked.app.test_client()
    query = parse_qs(urlsplit(go(client)).query)
    answer = client.get(f"/login/provider/return?code={query['code'][0]}&state=another")
    assert answer.status_code == 422


def test_an_answer_to_somebody_elses_browser_is_refused(linked: World) -> None:
    one, other = linked.app.test_client(), linked.app.test_client()
    address = go(one)
    go(other)
    assert other.get(address).status_code == 422


def test_an_answer_is_good_once(linked: World) -> None:
    client = linked.app.test_client()
    address = go(client)
    assert client.get(address).status_code == 302
    client.get("/login")
    assert client.get(address).status_code == 422


@pytest.mark.parametrize("query", ["", "?error=access_denied", "?code=x", "?state=x", "?code=%00"])
def test_an_answer_that_is_none_is_refused(linked: World, query: str) -> None:
    assert linked.app.test_client().get(f"/login/provider/return{query}").status_code == 422


def test_a_disabled_account_stays_out(linked: World) -> None:
    disable_account(linked.engine, email=COORDINATOR, actor="test")
    refused(linked)


def test_a_forged_host_does_not_lead_elsewhere(linked: World, provider: Provider) -> None:
    answer = linked.app.test_client().get("/login/provider", headers={"Host": "evil.example"})
    requests.get(answer.headers["Location"], allow_redirects=False, timeout=5)
    assert provider.asked["redirect_uri"].startswith(BASE_URL)


def test_without_a_level_asked_for_our_own_second_factor_is_wanted(
    stock: Stock, tmp_path: Path, provider: Provider
) -> None:
    world = service(tmp_path, stock, provider, oidc_acr="")
    link_account(world.engine, email=COORDINATOR, subject=NATIONAL, actor="test")
    assert come(world.app.test_client()) == (302, "/login/authenticator")
    world.engine.dispose()


def test_a_provider_that_does_not_answer_is_said_so(stock: Stock, tmp_path: Path) -> None:
    world = service(tmp_path, stock, Provider(issuer="http://127.0.0.1:9"))
    assert world.app.test_client().get("/login/provider").status_code == 503
    world.engine.dispose()


def test_the_way_to_the_provider_is_shown_where_there_is_one(linked: World, fresh: World) -> None:
    assert 'href="/login/provider"' in linked.app.test_client().get("/login").text
    assert 'href="/login/provider"' not in fresh.app.test_client().get("/login").text
    assert fresh.app.test_client().get("/login/provider").status_code == 404


@pytest.mark.parametrize(
    "issuer",
    ["http://provider.example", "ftp://provider.example", "https://", "https://a.example?x=1"],
)
def test_an_issuer_that_cannot_be_is_refused(issuer: str) -> None:
    with pytest.raises(WrongUsage):
        read_settings({"RECRUIT_OIDC_ISSUER": issuer})
