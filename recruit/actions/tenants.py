"""A community as a tenant: what is agreed with it, who of the staff looks after it, its look."""

from typing import Any, Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent.choices import Choice, Purpose
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound, Refusal, WrongUsage
from recruit.core.i18n import N_
from recruit.people import organisations
from recruit.people.communities import register
from recruit.people.communities.terms import SECTIONS, Terms, read_terms
from recruit.people.intake.mapping_file import parsed, read_mapping
from recruit.people.organisations import OrganisationKind

NOT_A_PURPOSE: Final = N_(
    "a purpose is “matching”, “contact/email”, “contact/sms”, “contact/letter”, "
    "“contact/phone”, “release/<site>” or “research-reuse”"
)
NEEDED: Final = N_("without “matching” nobody could be stored")


def parse_configuration(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The JSON forms of terms and mapping of a configuration file in TOML or JSON.

    Raises:
        Refusal: it is neither, or a field is missing, not known or not usable.
    """
    whole = parsed(text)
    terms = {name: whole[name] for name in SECTIONS if name in whole}
    mapping = {name: value for name, value in whole.items() if name not in SECTIONS}
    _check(read_terms(terms))
    if mapping:
        read_mapping(mapping)
    return terms, mapping


def configure(engine: Engine, *, community: str, text: str, actor: str) -> None:
    """Keep what a configuration file says: what is agreed, and the mapping where it has one.

    Raises:
        NotFound: the community is not known.
        Refusal: as `parse_configuration`.
    """
    terms, mapping = parse_configuration(text)
    with unit_of_work(engine) as session:
        register.must_know(session, community)
        subject = f"community {community}"
        register.keep_terms(session, community, terms)
        trail.record(session, Tag.TERMS_CHANGED, actor=actor, subject=subject)
        if mapping:
            register.keep_mapping(session, community, mapping)
            trail.record(session, Tag.MAPPING_CHANGED, actor=actor, subject=subject)


def terms_of(engine: Engine, community: str) -> Terms | None:
    """What is agreed with a community; None where nothing is written down."""
    with reading(engine) as session:
        return register.terms_of(session, community)


def entrust(engine: Engine, *, community: str, organisation: str, actor: str) -> None:
    """Let the staff of an organisation look after a community; "" leaves it to the operator.

    Raises:
        NotFound: one of them is not known.
        WrongUsage: the organisation is a sponsor or a study centre.
    """
    with unit_of_work(engine) as session:
        register.must_know(session, community)
        found = organisations.find(session, organisation) if organisation else None
        if found is not None and found.kind is not OrganisationKind.COMMUNITY:
            raise WrongUsage(N_("Only an organisation of the kind “community” can look after one."))
        register.keep_staffed(session, community, found.id if found else None)
        trail.record(
            session,
            Tag.COMMUNITY_STAFFED,
            actor=actor,
            subject=f"community {community}",
            new=organisation or "operator",
        )


def must_see(session: Session, community: str, organisation: int | None, *, every: bool) -> None:
    """Make sure that whoever asks may see the community.

    `every` is for administrators. Another's community and one that does not exist are the same.

    Raises:
        NotFound: it is not theirs.
    """
    if every:
        register.must_know(session, community)
    elif community not in register.staffed_by(session, organisation):
        raise NotFound(what="community", identifier=community)


def _check(terms: Terms) -> None:
    for number, purpose in enumerate(terms.purposes):
        try:
            Choice.parse(purpose)
        except ValueError as error:
            raise _refusal(NOT_A_PURPOSE, f"community.purposes[{number}]") from error
    if str(Choice(Purpose.MATCHING)) not in terms.purposes:
        raise _refusal(NEEDED, "community.purposes")


def _refusal(problem: str, field: str) -> Refusal:
    return Refusal(record="configuration", field=field, problem=problem)
