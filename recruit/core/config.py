"""Every setting, read once from `RECRUIT_…` variables and frozen; odd values are refused.

`recruit config` lists them. A variable that starts with RECRUIT_ and is no setting is refused as
well: a misspelt setting must not be silently without effect.
"""

import os
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_
from recruit.core.loopback import is_loopback
from recruit.core.mail_settings import mailbox, signing_key_file, smtp_address, smtp_fallback
from recruit.core.paths import default_data_folder

PREFIX = "RECRUIT_"
SHORTEST_KEY = 32  # letters; 128 bits where they are hexadecimal digits
LISTS = {"secret_keys", "vault_keys", "hook_keys", "metrics_keys"}


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(name) from error
    return name


def _long(keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    """A key that can be guessed signs nothing."""
    if any(len(key.get_secret_value()) < SHORTEST_KEY for key in keys):
        raise ValueError
    return keys


def _web_address(url: str) -> str:
    if not url.startswith(("http://", "https://")) or url.endswith("/"):
        raise ValueError(url)
    return url


def _issuer(url: str) -> str:
    """OpenID Connect Discovery 1.0, section 3: https, and no query; http on this machine alone."""
    if not url:
        return url
    parts = urlsplit(url)
    here = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if parts.scheme != "https" and not here:
        raise ValueError(url)
    if not parts.hostname or parts.query or parts.fragment:
        raise ValueError(url)
    return url


def _database_address(url: str) -> str:
    from sqlalchemy.engine import make_url  # noqa: PLC0415 - slow to import, and often not set
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415 - as above

    try:
        if url:
            make_url(url)
    except ArgumentError as error:  # a port that is no number is a ValueError already
        raise ValueError(url) from error
    return url


def _sms_address(given: SecretStr) -> SecretStr:
    """Codes and numbers cross no network in the clear; in front, the kind of gateway may stand."""
    url = given.get_secret_value()
    if url:
        parts = urlsplit(url.removeprefix("form+").removeprefix("json+"))
        # Whose form a gateway posts to us, this password says: without one, everybody's.
        named = parts.password or not url.startswith("form+")
        safe = parts.scheme == "https" or (
            parts.scheme == "http" and is_loopback(parts.hostname or "")
        )
        if not safe or not named or not parts.hostname or parts.port == 0 or not url.isprintable():
            raise ValueError
    return given


def _network_address(address: str) -> str:
    return str(ip_address(address)) if address else ""


class Settings(BaseSettings):
    """What an operator can choose. Defaults run everything on this machine with SQLite."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data_folder: Path = Field(
        default_factory=default_data_folder,
        description="Folder of the database, the compiled lexicon and outgoing files.",
    )
    database_url: Annotated[str, AfterValidator(_database_address)] = Field(
        default="",
        pattern=r"^$|^sqlite:///|^postgresql(\+psycopg)?://",
        description="SQLite or PostgreSQL; empty means recruit.db in the data folder.",
    )
    secret_keys: Annotated[tuple[SecretStr, ...], NoDecode, AfterValidator(_long)] = Field(
        default=(),
        description="Keys of at least 32 letters that sign sessions, the newest first, separated "
        "by commas; empty makes one and keeps it in the data folder.",
    )
    vault_keys: Annotated[tuple[SecretStr, ...], NoDecode, AfterValidator(_long)] = Field(
        default=(),
        description="Keys of at least 32 letters that lock names and contact points away, the "
        "newest first, separated by commas; empty makes one and keeps it in the data folder. "
        "Without them, names and contact points are lost.",
    )
    base_url: Annotated[str, AfterValidator(_web_address)] = Field(
        default="http://127.0.0.1:8000", description="The address people reach the pages under."
    )
    operator: str = Field(
        default="",
        description="Who runs this service and answers for people's data: name, postal address and "
        "e-mail in one line. The information notice begins with it, letters are signed with it; "
        "without it no letter is printed.",
    )
    phone: str = Field(
        default="",
        description="The telephone number that letters name for questions and for saying stop, as "
        "people read it; empty leaves it out.",
    )
    trusted_proxy: Annotated[str, AfterValidator(_network_address)] = Field(
        default="",
        description="The IP address of the proxy in front, which is believed when it says who asks "
        "(X-Forwarded-For, X-Forwarded-Proto); empty means that there is none.",
    )
    smtp_url: Annotated[SecretStr, AfterValidator(smtp_address)] = Field(
        default=SecretStr(""),
        description="The server that takes e-mail: smtp://user:password@host:587?from=address, or "
        "smtps:// for TLS from the first byte; empty writes each e-mail to a file in outbox/.",
    )
    smtp_fallback_url: Annotated[SecretStr, AfterValidator(smtp_fallback)] = Field(
        default=SecretStr(""),
        description="A second server for invitations that the first surely did not take, as "
        "smtp://user:password@host:587; the address they come from stays that of the first.",
    )
    mail_reply_to: Annotated[str, AfterValidator(mailbox)] = Field(
        default="",
        description="The address that answers to e-mails go to, where it is not the one they come "
        "from; whichever it is, what arrives there has to reach “recruit mail receive”.",
    )
    mail_bounces: Annotated[str, AfterValidator(mailbox)] = Field(
        default="",
        description="The address that e-mails come back to when they cannot be delivered, such as "
        "bounce@example.org: each message's own is bounce+<its number>@example.org, and all of "
        "them have to reach “recruit mail receive”. Empty means where they come from.",
    )
    dkim_selector: str = Field(
        default="",
        pattern=r"^$|^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$",
        description="The name under which the DNS holds the public key that e-mails are signed "
        "for: <selector>._domainkey.<domain that they come from>.",
    )
    dkim_key_file: Annotated[str, AfterValidator(signing_key_file)] = Field(
        default="",
        validate_default=True,
        description="The file with the private key that e-mails are signed with (DKIM): RSA, at "
        "least 2,048 bits, PEM without a password; RECRUIT_DKIM_SELECTOR has to be set as well.",
    )
    sms_url: Annotated[SecretStr, AfterValidator(_sms_address)] = Field(
        default=SecretStr(""),
        description="The gateway that takes text messages: json+https://key:secret@host/path?from="
        "name for one that takes JSON, form+https://user:password@… for one that takes a form; "
        "empty writes each of them to a file in outbox/.",
    )
    sms_fallback_url: Annotated[SecretStr, AfterValidator(_sms_address)] = Field(
        default=SecretStr(""),
        description="A second gateway, written alike, for messages that the first has surely "
        "refused for now; empty means that there is none.",
    )
    hook_keys: Annotated[tuple[SecretStr, ...], NoDecode, AfterValidator(_long)] = Field(
        default=(),
        description="Keys of at least 32 letters, separated by commas, of those who post mail to "
        "/hooks/mail and receipts to /hooks/json; empty takes neither.",
    )
    metrics_keys: Annotated[tuple[SecretStr, ...], NoDecode, AfterValidator(_long)] = Field(
        default=(),
        description="Keys of at least 32 letters, separated by commas, of those who may read the "
        "figures at /metrics, as “Authorization: Bearer …”; empty shows them to nobody.",
    )
    second_factor: Literal["required", "offered"] = Field(
        default="required",
        description="Whether staff have to set up an authenticator or a passkey when they first "
        "sign in (required), or may (offered).",
    )
    oidc_issuer: Annotated[str, AfterValidator(_issuer)] = Field(
        default="",
        description="The issuer of an OpenID Connect provider that staff may sign in with, as its "
        "discovery document names it; empty means that there is none.",
    )
    oidc_client_id: str = Field(
        default="", description="What the OpenID Connect provider calls this service."
    )
    oidc_client_secret: SecretStr = Field(
        default=SecretStr(""), description="The secret shared with the OpenID Connect provider."
    )
    oidc_scope: str = Field(
        default="openid",
        description="What is asked of the OpenID Connect provider; Pro Santé Connect wants "
        "“openid scope_all”.",
    )
    oidc_acr: str = Field(
        default="",
        description="How surely the OpenID Connect provider must know somebody, “eidas1” for Pro "
        "Santé Connect; whom it knows so needs no second factor here. Empty asks for nothing.",
    )
    oidc_claim: str = Field(
        default="sub",
        description="The claim that an account is linked to; “SubjectNameID” for Pro Santé "
        "Connect.",
    )
    directory_url: Annotated[str, AfterValidator(_issuer)] = Field(
        default="",
        description="A FHIR directory of health professionals, up to “/Practitioner”; without it "
        "professionals wait.",
    )
    professional_domains: str = Field(
        default="",
        description="Mail domains of health professionals, separated by commas; others come by the "
        "OpenID Connect provider.",
    )
    timezone: Annotated[str, AfterValidator(_zone)] = Field(
        default="Europe/Paris", description="The zone of people whose own zone is not known."
    )

    @property
    def outbox(self) -> Path:
        """The folder where messages land as files while no provider is set."""
        return self.data_folder / "outbox"

    @property
    def letters(self) -> Path:
        """The folder where letters wait for the print house; all workers share it."""
        return self.data_folder / "letters"

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database."""
        url = self.database_url or f"sqlite:///{self.data_folder / 'recruit.db'}"
        return url.replace("postgresql://", "postgresql+psycopg://", 1)


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of `environment` (the process's own by default).

    Raises:
        WrongUsage: a value that is not possible, or a RECRUIT_ variable that is no setting.
    """
    given = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in (os.environ if environment is None else environment).items()
        if name.startswith(PREFIX)
    }
    for name in given:
        if name not in Settings.model_fields:
            raise WrongUsage(
                N_("There is no setting {name}; “recruit config” lists them."),
                name=PREFIX + name.upper(),
            )
    for name in LISTS & given.keys():
        given[name] = tuple(filter(None, given[name].split(",")))  # type: ignore[assignment]  # pydantic turns the strings into secrets
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks and converts
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        raise WrongUsage(
            N_("The setting {name} has a value that is not possible: {meaning}"),
            name=PREFIX + field.upper(),
            meaning=Settings.model_fields[field].description,
        ) from error
