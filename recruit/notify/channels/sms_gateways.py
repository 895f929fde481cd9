"""Our accounts with gateways for text messages, as the settings say."""

from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from recruit.core.config import Settings
from recruit.notify.channels.sms import Account, Gateway, Language
from recruit.notify.channels.sms_form import Form
from recruit.notify.channels.sms_json import Json

FORM: Final = "form"
JSON: Final = "json"
KINDS: Final[dict[str, Language]] = {FORM: Form(), JSON: Json()}
SENDER: Final = "from"
"""Whom messages come from, in an address's query; another word is passed on to the gateway."""
NOBODY: Final = "Recruit"
SECOND: Final = " 2"


def gateways(settings: Settings) -> tuple[Gateway, ...]:
    """The gateways in the order in which they are tried; none where none is set."""
    urls = (settings.sms_url.get_secret_value(), settings.sms_fallback_url.get_secret_value())
    found: list[Gateway] = []
    for url in filter(None, urls):
        kind, account = _account(url, settings.base_url)
        name = kind + (SECOND if any(each.name == kind for each in found) else "")
        found.append(Gateway(name, account, KINDS[kind]))
    return tuple(found)


def form_secrets(settings: Settings) -> tuple[str, ...]:
    """What gateways that take forms sign with: the password of our account."""
    form = KINDS[FORM]
    return tuple(each.account.password for each in gateways(settings) if each.language is form)


def hooks(base_url: str, kind: str) -> str:
    """Our address that a kind of gateway posts receipts and replies to."""
    return f"{base_url}/hooks/{kind}"


def _account(url: str, base_url: str) -> tuple[str, Account]:
    kind, plus, rest = url.partition("+")
    if not plus or kind not in KINDS:  # a bare address
        kind, rest = JSON, url
    parts = urlsplit(rest)
    query = parse_qsl(parts.query, keep_blank_values=True)
    passed_on = urlencode([pair for pair in query if pair[0] != SENDER])
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2], query=passed_on)
    account = Account(
        url=bare.geturl(),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sender=dict(query).get(SENDER) or NOBODY,
        hooks=hooks(base_url, kind),
    )
    return kind, account
