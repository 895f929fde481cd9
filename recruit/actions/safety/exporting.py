"""A version of a report as a file to hand on: XML for machines, PDF for people.

Each download is recorded. Nothing goes out that has a name, an address, an e-mail address, a number
or a birth date of the person in it, whoever wrote that and whenever. The XML is checked against the
rules of ICH E2B(R3) before it goes out, by code that knows nothing of the writer.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from babel.dates import format_datetime
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from recruit.actions.safety import e2b, marking
from recruit.actions.safety.cases import WITHIN, Version, versions_of, words_of
from recruit.actions.safety.e2b import Envelope
from recruit.actions.safety.e2b_check import faults
from recruit.actions.safety.held import CASES, subject
from recruit.actions.safety.tables import CASE
from recruit.actions.safety.words import sections
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.config import Settings
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import NotFound, Refusal, WrongUsage
from recruit.core.i18n import N_, translate
from recruit.core.paths import templates
from recruit.core.written import LOCALES, pattern
from recruit.notify.channels.letter_pdf import printed
from recruit.notify.channels.letter_type import settable

STYLE: Final = "safety/report.css"
UNSEEN: Final = "\ufffd"
SAYS_WHO: Final = N_(
    "Version {version} says who the person is and is not given out. Please write a new version "
    "without it."
)
TOO_LONG: Final = N_(
    "The words and what happened are {length} characters together, and E2B(R3) takes {longest}. "
    "Nothing was cut and nothing given out: please shorten what happened, or use the PDF."
)
NOT_VALID: Final = N_("This report breaks rules of E2B(R3) and is not given out: {numbers}.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which version of which case, who asks for it, and when."""

    case: int
    version: int
    by: str
    at: datetime


def as_xml(engine: Engine, keyring: Keyring, settings: Settings, wanted: Wanted) -> bytes:
    """The version as ICH E2B(R3).

    Raises:
        NotFound: there is no such version.
        Refusal: it says who the person is, or is too long to go out whole.
        WrongUsage: it breaks a rule, named by its number.
    """
    with unit_of_work(engine) as session:
        version, envelope = _found(session, keyring, settings, wanted)
        length = len(e2b.narrative(version.report))
        if length > e2b.LONGEST_NARRATIVE:
            raise _refusal(TOO_LONG, length=length, longest=e2b.LONGEST_NARRATIVE)
        message = e2b.written(version, envelope)
        broken = sorted({each.number for each in faults(message)})
        if broken:
            raise WrongUsage(NOT_VALID, numbers=", ".join(broken))
        _record(session, wanted, "xml")
        return message


def as_pdf(
    engine: Engine, keyring: Keyring, settings: Settings, wanted: Wanted, language: str
) -> bytes:
    """The version as a tagged PDF (PDF/UA-1) in a language.

    Raises:
        NotFound: there is no such version.
        Refusal: it says who the person is.
    """
    with unit_of_work(engine) as session:
        version, envelope = _found(session, keyring, settings, wanted)
        _record(session, wanted, f"pdf {language}")
    identifier = f"{envelope.number}-{version.number}-{language}"
    return printed(_page(version, envelope, language), identifier, STYLE).content


def _found(
    session: Session, keyring: Keyring, settings: Settings, wanted: Wanted
) -> tuple[Version, Envelope]:
    row = session.execute(select(CASE).where(CASE.c.id == wanted.case)).mappings().one_or_none()
    versions = versions_of(session, keyring, wanted.case) if row else ()
    version = next((each for each in versions if each.number == wanted.version), None)
    if row is None or version is None:
        raise NotFound(what=CASES, identifier=f"{wanted.case}-{wanted.version}")
    who = marking.opened(session, keyring, row["person"], wanted.case).who
    report = version.report
    said = (*report.words, report.narrative, report.event, report.reason, report.product)
    if any(marking.says_who(each, who) for each in (*said, report.patient)):
        raise _refusal(SAYS_WHO, version=wanted.version)
    heard = [each.at for each in words_of(session, keyring, wanted.case) if each.at <= version.at]
    organisation = operator(settings)
    envelope = Envelope(
        case=wanted.case,
        company=e2b.company(organisation),
        organisation=organisation,
        country=versions[0].report.country,
        received=row["aware_at"],
        newest=max([row["aware_at"], *heard]),
        at=wanted.at,
    )
    return version, envelope


def _refusal(problem: str, **fields: object) -> Refusal:
    return Refusal(record="", field="main", problem=problem, **fields)


def operator(settings: Settings) -> str:
    """What whoever runs the service is called."""
    host = urlsplit(settings.base_url).hostname or settings.base_url
    return settings.operator.partition(",")[0].strip() or host


def _record(session: Session, wanted: Wanted, form: str) -> None:
    row = session.execute(select(CASE).where(CASE.c.id == wanted.case)).mappings().one()
    trail.record(
        session,
        Tag.SAFETY_EXPORTED,
        actor=wanted.by,
        subject=subject(row),
        new=f"safety {wanted.case}: version {wanted.version}, {form}",
    )


def _page(version: Version, envelope: Envelope, language: str) -> str:
    report = version.report
    said = sections(report, language)
    return (
        _environment()
        .get_template("report.html")
        .render(
            language=language,
            number=envelope.number,
            version=version.number,
            organisation=_set(envelope.organisation),
            aware=_moment(envelope.received, language),
            due=_moment(envelope.received + WITHIN, language),
            sections=[
                (heading, [(label, _set(words)) for label, words in rows]) for heading, rows in said
            ],
            narrative=_set(report.narrative),
            words=[_set(each) for each in report.words],
            _=lambda message, **fields: translate(message, language, **fields),
        )
    )


def _set(text: str) -> str:
    """A text as it can be printed; a sign that the typeface has not leaves a mark."""
    return "".join(_sign(sign) for sign in text)


@cache
def _sign(sign: str) -> str:
    try:
        return settable(sign) or ("" if sign.isspace() else UNSEEN)
    except ValueError:
        return UNSEEN


def _moment(at: datetime, language: str) -> str:
    shape = pattern("d MMMM y, HH:mm", at.astimezone(UTC), language)
    return format_datetime(at, shape, tzinfo=UTC, locale=LOCALES[language])


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(templates() / "safety"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
