"""`/fhir/ResearchStudy`: the public studies."""

from collections.abc import Iterator
from typing import Final

from flask import Blueprint, Response

from recruit.actions.fhir.searching import Named, StudyQuery, read_study, search_studies
from recruit.actions.fhir.study import STATUSES, research_study
from recruit.api.access import anyone
from recruit.api.fhir.answers import PREFIX, cover, resource
from recruit.api.fhir.asking import ODD, Asked, Token
from recruit.api.fhir.pages import page_of
from recruit.api.limits import MINUTE, hold_sender
from recruit.api.parts import parts
from recruit.api.problems import asked_language
from recruit.core.db import reading
from recruit.core.errors import WrongUsage
from recruit.core.rates import Limit
from recruit.people.intake.fhir_values import SYSTEMS
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import TrialStatus

KNOWN: Final = frozenset(
    {"_id", "identifier", "status", "condition", "condition:text", "location", "near", "site.near"}
)
CODED: Final = frozenset(STATUSES.values()) | {
    "closed-to-accrual-and-intervention",
    "disapproved",
    "temporarily-closed-to-accrual-and-intervention",
}

LOOKS: Final = Limit(300, MINUTE)  # of one address

blueprint = Blueprint("fhir-studies", __name__, url_prefix=f"{PREFIX}/ResearchStudy")
cover(blueprint)


@blueprint.before_request
def _count() -> None:
    hold_sender(LOOKS, PREFIX)


@blueprint.get("")
@anyone
def search() -> Response:
    """A page of the studies that fit."""
    asked, lexicon, language = Asked(KNOWN), parts().open_lexicon(), asked_language()
    query = _query(asked, lexicon)
    with reading(parts().engine) as session:
        page = search_studies(session, parts().shelf, query, size=asked.size, page=asked.page)
    found = (research_study(each, language, lexicon, query.near) for each in page.items)
    return resource(page_of("ResearchStudy", asked, found, page.total))


@blueprint.get("/<identifier>")
@anyone
def read(identifier: str) -> Response:
    """One study as it stands."""
    with reading(parts().engine) as session:
        found = read_study(session, identifier)
    return resource(research_study(found, asked_language(), parts().open_lexicon()))


def _query(asked: Asked, lexicon: Lexicon) -> StudyQuery:
    ids, numbers = asked.one_of("_id"), asked.tokens("identifier")
    near = asked.near("near", "site.near")
    if len(numbers) > 1:
        raise WrongUsage(ODD, name="identifier")
    return StudyQuery(
        ids=None if ids is None else frozenset(ids),
        numbers=tuple(each.code for each in numbers[0]) if numbers else None,
        conditions=tuple(_conditions(asked, lexicon)),
        states=_states(asked),
        countries=_countries(asked),
        near=near[0] if near else None,
        km=near[1] if near else None,
    )


def _conditions(asked: Asked, lexicon: Lexicon) -> Iterator[tuple[Named, ...]]:
    for tokens in asked.tokens("condition"):
        yield tuple(_named(token, lexicon) for token in tokens)
    for texts in asked.choices("condition:text"):
        yield tuple(Named(text) for text in texts)


def _named(token: Token, lexicon: Lexicon) -> Named:
    """A code as the concept that it is; without a system it may be words as well."""
    if token.system is None:
        return Named(token.code)
    standard = SYSTEMS.get(token.system, token.system)
    known = lexicon.concept(f"{standard}:{token.code}") or lexicon.concept(token.code)
    return Named("", known.id if known else f"{token.system}|{token.code}")


def _states(asked: Asked) -> frozenset[TrialStatus] | None:
    times = asked.tokens("status")
    if not times:
        return None
    codes = {token.code for tokens in times for token in tokens}
    if len(times) > 1 or codes - CODED:
        raise WrongUsage(ODD, name="status")
    return frozenset(state for state, code in STATUSES.items() if code in codes)


def _countries(asked: Asked) -> tuple[str, ...] | None:
    times = asked.tokens("location")
    if len(times) > 1:
        raise WrongUsage(ODD, name="location")
    return tuple(token.code.upper() for token in times[0]) if times else None
