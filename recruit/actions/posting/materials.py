"""The texts of a posting: written, submitted with an ethics committee's decision; each recorded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core import written
from recruit.core.clock import today
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound, Refusal
from recruit.core.i18n import N_
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import Tongue
from recruit.trials.materials import decisions, store
from recruit.trials.materials.checks import Finding, Problem, examine, unfit
from recruit.trials.materials.claims import Claim
from recruit.trials.materials.content import (
    HOME,
    Channel,
    Decision,
    Material,
    Place,
    State,
    Texts,
)
from recruit.trials.materials.decisions import Filed
from recruit.trials.posting import store as postings
from recruit.trials.posting.reading import eligibility
from recruit.trials.posting.store import Posting

TONGUES: tuple[Tongue, ...] = ("en", "fr")
LONGEST_NAME = 200
UNSIGNED = N_("Please look at these words and say that you answer for them.")


@dataclass(frozen=True, slots=True)
class Writing:
    """Who changes which text. `base` is the edit that they looked at, 0 where there was none."""

    place: Place
    organisation: int | None
    author: str
    base: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is of one text: the newest approved version, and the one that is worked on."""

    place: Place
    newest: Material | None
    draft: Material | None


def standings(session: Session, posting: str, country: str) -> list[Standing]:
    """Every text of a posting in a country, channel by channel and language by language."""
    places = [
        Place(posting, channel, language, country) for channel in Channel for language in TONGUES
    ]
    return [standing(session, place) for place in places]


def standing(session: Session, place: Place) -> Standing:
    """What there is of one text today."""
    return Standing(place, store.newest(session, place, today()), store.draft(session, place))


def countries(session: Session, posting: Posting) -> list[str]:
    """The countries that need texts: France, those of the sites, and those that have some."""
    sites = (site.country for site in posting.content.draft.sites)
    known = {code for code in sites if code and is_country(code)}
    rest = sorted((known | set(store.countries(session, posting.id))) - {HOME})
    return [HOME, *rest]


def is_country(code: str) -> bool:
    """Whether it is an ISO 3166-1 alpha-2 code of a country."""
    fits = len(code) == len(HOME) and code.isascii() and code.isalpha() and code.isupper()
    return fits and written.country(code, "en") != code


def examined(posting: Posting, place: Place, texts: Texts, lexicon: Lexicon) -> Finding:
    """What is to be said of a text of a posting as it stands."""
    content = posting.content
    return examine(place, texts, content.draft, eligibility(content, lexicon).about, lexicon)


def save(engine: Engine, writing: Writing, texts: Texts) -> Material:
    """Keep a text as a draft.

    Raises:
        NotFound: the posting is not theirs, or there is no such country.
        Refusal: it cannot be kept as it is.
        EditedMeanwhile: somebody else has changed it.
    """
    place = writing.place
    _refuse(place, unfit(place.channel, texts))
    if not is_country(place.country):
        raise NotFound(what="country", identifier="")
    with unit_of_work(engine) as session:
        postings.held(session, place.posting, writing.organisation)
        kept = store.save(session, place, texts, base=writing.base, author=writing.author)
        if kept.edit != writing.base:
            _record(session, Tag.MATERIAL_CHANGED, kept, writing.author)
        return kept


def submit(
    engine: Engine, lexicon: Lexicon, writing: Writing, *, decision: int, signed: bool
) -> Material:
    """Ask for a text's approval; `signed` says that the author answers for what was warned of.

    Raises:
        NotFound: the posting is not theirs, or it has no such decision.
        Refusal: something has to be mended, signed or decided first.
        EditedMeanwhile: somebody else has changed it, or it waits already.
    """
    place = writing.place
    with unit_of_work(engine) as session:
        posting = postings.held(session, place.posting, writing.organisation)
        known = store.held_draft(session, place, base=writing.base)
        found = examined(posting, place, known.texts, lexicon)
        _refuse(place, found.problems)
        if found.warned and not signed:
            raise Refusal(record=str(place), field="signed", problem=UNSIGNED)
        check_decision(decisions.get(session, place.posting, decision), place, today())
        kept = store.submit(
            session,
            known,
            decision=decision,
            signed=warned_words(found.warned),
            author=writing.author,
        )
        _record(session, Tag.MATERIAL_SUBMITTED, kept, writing.author)
        return kept


def check_decision(decision: Decision, place: Place, on: date) -> None:
    """Raise Refusal unless a decision holds on a day for the country of a text."""
    problem = None
    if decision.country != place.country:
        problem = N_("This decision is for another country.")
    elif decision.decided_on > on:
        problem = N_("This decision is not taken yet.")
    elif decision.expires_on < on:
        problem = N_("This decision has expired.")
    if problem:
        raise Refusal(record=str(place), field="decision", problem=problem)


def warned_words(claims: Iterable[Claim]) -> tuple[str, ...]:
    """The words that somebody answers for, once each."""
    return tuple(dict.fromkeys(claim.words for claim in claims))


def file_decision(
    engine: Engine, posting: str, filed: Filed, *, organisation: int | None, author: str
) -> Decision:
    """Keep what an ethics committee decided about the texts of a posting, with its document.

    Raises:
        NotFound: the posting is not theirs.
        Refusal: something is missing, or the document is no PDF.
    """
    for field, problem in decision_problems(filed).items():
        raise Refusal(record=posting, field=field, problem=problem)
    with unit_of_work(engine) as session:
        postings.held(session, posting, organisation)
        kept = decisions.add(session, posting, filed, author=author)
        trail.record(
            session,
            Tag.MATERIAL_DECIDED,
            actor=author,
            subject=f"{posting}/{filed.country}",
            new=kept.document_digest,
            reason=f"decision {kept.number}",
        )
        return kept


def decision_problems(filed: Filed) -> dict[str, str]:
    """What is missing or odd, by field; the document is looked at when it is kept."""
    found = {}
    for field, said in (("committee", filed.committee), ("reference", filed.reference)):
        if not said.strip():
            found[field] = N_("Please fill this in.")
        elif len(said) > LONGEST_NAME or not all(sign.isprintable() for sign in said.split()):
            found[field] = N_("This is too long, or has a sign that cannot be seen.")
    if not is_country(filed.country):
        found["country"] = N_("Please choose a country.")
    if filed.decided_on > today():
        found["decided"] = N_("This day has not come yet.")
    if filed.expires_on < max(filed.decided_on, today()):
        found["expires"] = N_("The decision would have expired already.")
    return found


def document(
    engine: Engine, posting: str, number: int, *, organisation: int | None
) -> tuple[str, bytes]:
    """A decision's file name and its document.

    Raises:
        NotFound: there is none for them, or it is not the one that was filed.
    """
    with reading(engine) as session:
        postings.get(session, posting, organisation)
        decision = decisions.get(session, posting, number)
        return f"{decision.file}.pdf", decisions.document(session, posting, number)


def waits(material: Material | None) -> bool:
    """Whether a text waits for approval."""
    return material is not None and material.state is State.SUBMITTED


def _refuse(place: Place, problems: Iterable[Problem]) -> None:
    for problem in problems:
        field = problem.part.value if problem.part else "text"
        raise Refusal(record=str(place), field=field, problem=problem.sentence, **problem.fields)


def _record(session: Session, tag: Tag, material: Material, author: str) -> None:
    trail.record(
        session,
        tag,
        actor=author,
        subject=str(material.place),
        new=material.digest,
        reason=f"version {material.version}",
    )
