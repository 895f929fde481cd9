"""One trial by its number, from the registry that gave the number."""

import json
import re
from dataclasses import dataclass
from time import monotonic
from typing import Final
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from recruit.core.errors import NotFound, Refusal, Unreachable, WrongUsage
from recruit.core.files import Record
from recruit.core.i18n import N_

LARGEST_ANSWER: Final = 32 << 20  # bytes; studies with all their results have some 10 MB
TIMEOUT: Final = (10, 60)  # seconds to connect, and between two pieces of the answer
MOST_REDIRECTS: Final = 3
PIECE: Final = 1 << 16
ELSEWHERE: Final = N_("the registry sends us to another address")
TURNED_AWAY: Final = range(400, 500)

# Both registries ask for patience with 429 and give no other limit that holds for everyone.
RETRY: Final = Retry(
    total=4,
    redirect=0,
    status_forcelist=(429, 500, 502, 503, 504),
    allowed_methods=("GET",),
    backoff_factor=1,
    backoff_max=30,
    retry_after_max=60,
    raise_on_status=False,
)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a registry is waited for; `whole` bounds all of it, in seconds."""

    retry: Retry
    timeout: tuple[int, int]
    whole: float


PATIENT: Final = Patience(RETRY, TIMEOUT, 600)
# Somebody waits before a page: one more try, and a registry that asks for a pause gets a long one.
HASTY: Final = Patience(RETRY.new(total=1, respect_retry_after_header=False), (5, 10), 30)


@dataclass(frozen=True, slots=True)
class Registry:
    """A registry that answers by number."""

    name: str
    number: re.Pattern[str]
    address: str


REGISTRIES: Final = (
    Registry(
        "ClinicalTrials.gov",
        re.compile(r"NCT\d{8}"),
        "https://clinicaltrials.gov/api/v2/studies/{number}",
    ),
    Registry(
        "CTIS (euclinicaltrials.eu)",
        re.compile(r"\d{4}-\d{6}-\d{2}-\d{2}"),
        "https://euclinicaltrials.eu/ctis-public-api/retrieve/{number}",
    ),
)


def registry_of(number: str) -> Registry | None:
    """The registry whose numbers look like this one."""
    return next((each for each in REGISTRIES if each.number.fullmatch(number)), None)


def fetch(number: str, patience: Patience = PATIENT) -> Record:
    """What its registry says of a trial today, for recognise.drafts to read.

    Raises:
        WrongUsage: the number is of no registry known here.
        NotFound: the registry has no such trial.
        Unreachable: the registry does not answer, or not now, after some patience.
        Refusal: the registry turns this number away, or its answer is too large, no JSON, or
            sends us to another host.
    """
    asked = number.strip().upper()
    registry = registry_of(asked)
    if registry is None:
        raise WrongUsage(
            N_("“{number}” is neither a number of ClinicalTrials.gov nor of the EU register."),
            number=number[:40],
        )
    with requests.Session() as session:
        session.mount("https://", HTTPAdapter(max_retries=patience.retry))
        session.headers["Accept"] = "application/json"
        try:
            until = monotonic() + patience.whole
            answer = _answer(session, registry, asked, patience.timeout)
            return Record(asked, _read(answer, asked, registry, until))
        except requests.RequestException as error:
            raise Unreachable(service=registry.name) from error


def _answer(
    session: requests.Session, registry: Registry, number: str, timeout: tuple[int, int]
) -> requests.Response:
    address = registry.address.format(number=number)
    host = urlsplit(address).netloc
    for _ in range(MOST_REDIRECTS):
        try:
            answer = session.get(address, timeout=timeout, stream=True, allow_redirects=False)
        except ValueError:  # requests looks at where a redirect leads, although it is not followed
            raise _refused(number, ELSEWHERE) from None
        status = answer.status_code
        if status == requests.codes.not_found:
            raise NotFound(what=registry.name, identifier=number)
        if answer.is_redirect:
            address = _moved(address, answer.headers["location"], host, number)
            continue
        if status in TURNED_AWAY and status != requests.codes.too_many_requests:
            raise _refused(
                number, N_("the registry turns this number away ({status})"), status=status
            )
        if status != requests.codes.ok:
            raise Unreachable(service=registry.name)
        return answer
    raise Unreachable(service=registry.name)


def _moved(address: str, target: str, host: str, number: str) -> str:
    """Where the registry sends us, which is nowhere but to itself."""
    moved = urljoin(address, target)
    if not moved.startswith(f"https://{host}/"):
        raise _refused(number, ELSEWHERE)
    return moved


def _read(answer: requests.Response, number: str, registry: Registry, until: float) -> object:
    body = bytearray()
    for piece in answer.iter_content(PIECE):
        if monotonic() > until:  # it drips
            raise Unreachable(service=registry.name)
        body += piece
        if len(body) > LARGEST_ANSWER:
            limit = LARGEST_ANSWER >> 20
            raise _refused(number, N_("the document is larger than {limit} MB"), limit=limit)
    if body.lstrip().startswith(b"<"):
        raise _refused(number, N_("this is a web page or XML, not JSON"))
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise _refused(number, N_("this is not JSON, or it ends too early")) from None


def _refused(number: str, problem: str, **details: object) -> Refusal:
    return Refusal(record=number, field="answer", problem=problem, **details)
