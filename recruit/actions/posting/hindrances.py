"""What stands in the way of publishing a posting: each a sentence, and where to mend it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy.orm import Session

from recruit.actions.posting.public_version import (
    Elsewhere,
    Unassigned,
    is_elsewhere,
    is_unassigned,
)
from recruit.core.clock import today
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.criteria.eligibility import Criterion, leaves
from recruit.criteria.nodes import Measure
from recruit.criteria.soundness import admits_unknown
from recruit.matching.contradiction import contradictions
from recruit.matching.quantities import canonical
from recruit.terminology.lexicon import Lexicon
from recruit.terminology.variables import variable
from recruit.trials.checks import checked
from recruit.trials.draft import Tongue, TrialDraft, TrialStatus
from recruit.trials.materials import store as materials
from recruit.trials.materials.content import HOME, Channel, Material
from recruit.trials.posting import store
from recruit.trials.posting.content import Content, Standing
from recruit.trials.posting.reading import eligibility
from recruit.trials.posting.store import Life, Posting

TONGUES: Final[tuple[Tongue, ...]] = ("en", "fr")


@dataclass(frozen=True, slots=True)
class Hindrance:
    """One thing in the way. `sentence` is a message of the catalogue, with its `fields`.

    `address` is the page that mends it. What does not bar is only to be confirmed.
    """

    sentence: str
    address: str
    fields: Mapping[str, object] = field(default_factory=dict)
    bars: bool = True


def hindrances(session: Session, posting: Posting, lexicon: Lexicon) -> tuple[Hindrance, ...]:
    """All that stands in the way of submitting a posting, or is to be confirmed first."""
    here = f"/sponsor/trials/{posting.id}"
    return (
        *_standing(session, posting, here),
        *_draft(posting.content.draft, here),
        *_refused(posting.content, here),
        *_criteria(posting.content, f"{here}/criteria"),
        *_about(posting.content, f"{here}/details", lexicon),
        *_page(session, posting, f"{here}/materials"),
    )


def approved_texts(session: Session, posting: Posting, channel: Channel) -> list[Material]:
    """The approved texts of a channel that hold today, wherever the trial has sites."""
    sites = {site.country for site in posting.content.draft.sites if site.country}
    countries = sorted({HOME, *(country for country in sites if len(country) == len(HOME))})
    found = (
        materials.approved(session, posting.id, channel, language, country, today())
        for country in countries
        for language in TONGUES
    )
    return [each for each in found if each is not None]


def _standing(session: Session, posting: Posting, here: str) -> Iterator[Hindrance]:
    heading = posting.heading
    if heading.life is Life.CLOSED:
        yield Hindrance(N_("The trial is closed: nothing more of it is published."), here)
    if heading.published is not None:
        public = store.revision(session, posting.id, heading.published).content.draft
        if public.id != posting.content.draft.id:
            sentence = N_("The trial is public under the number {number}, and keeps it.")
            yield Hindrance(sentence, f"{here}/details", {"number": public.id})
    number = posting.content.draft.id
    if is_unassigned(session, number, posting):  # first, as it does not tell of another sponsor
        yield Hindrance(Unassigned.sentence, f"{here}/details")
    elif is_elsewhere(session, number, posting):
        yield Hindrance(Elsewhere.sentence, f"{here}/details", {"number": number})


def _draft(draft: TrialDraft, here: str) -> Iterator[Hindrance]:
    if not draft.title.strip():
        yield Hindrance(N_("The trial has no public title."), f"{here}/details")
    if draft.status is TrialStatus.UNKNOWN:
        sentence = N_("It is not said whether the trial recruits.")
        yield Hindrance(sentence, f"{here}/details")
    if not draft.sites:
        yield Hindrance(N_("The trial has no site."), f"{here}/sites")
    elif all(site.lat is None for site in draft.sites):
        sentence = N_("No site has a place on the map: nobody can see how far it is.")
        yield Hindrance(sentence, f"{here}/sites")


def _refused(content: Content, here: str) -> Iterator[Hindrance]:
    """What no trial may say, whatever it comes from."""
    # Criteria that were written by hand stand for a text that there is not.
    words = "\n".join(each.criterion.text for each in content.criteria) or "-"
    draft = content.draft
    try:
        checked(draft if draft.criteria.strip() else replace(draft, criteria=words))
    except Refusal as refusal:
        details = {
            name: value
            for name, value in refusal.fields.items()
            if name not in {"record", "problem"}
        }
        page = "sites" if refusal.field.startswith("sites") else "details"
        yield Hindrance(refusal.problem, f"{here}/{page}", details)


def _criteria(content: Content, address: str) -> Iterator[Hindrance]:
    kinds = {each.criterion.kind for each in content.criteria}
    if not kinds:
        yield Hindrance(N_("The trial has no criteria."), address)
    if kinds == {"inclusion"}:
        sentence = N_("The trial has no exclusion criteria.")
        yield Hindrance(sentence, address, bars=False)
    if kinds == {"exclusion"}:
        sentence = N_("The trial has no inclusion criteria.")
        yield Hindrance(sentence, address, bars=False)
    undecided = sum(each.standing is Standing.READ for each in content.criteria)
    if undecided:
        sentence = N_("Criteria about which nobody has decided: {n}.")
        yield Hindrance(sentence, address, {"n": undecided})
    for each in content.criteria:
        rule = f"{address}/{each.number}/rule"
        yield from _rule(each.settled, each.number, rule)
    yield from _contradictions(content, address)


def _rule(criterion: Criterion, number: int, address: str) -> Iterator[Hindrance]:
    if admits_unknown(criterion):
        sentence = N_("Criterion {number} accepts a person of whom nothing is known.")
        yield Hindrance(sentence, address, {"number": number})
    for leaf in leaves(criterion.rule):
        if not isinstance(leaf, Measure):
            continue
        if variable(leaf.variable) is None:
            sentence = N_("Criterion {number}: no measure is known as “{name}”.")
            yield Hindrance(sentence, address, {"number": number, "name": leaf.variable})
        elif canonical(leaf) is None:
            sentence = N_("Criterion {number}: nobody can be measured in “{unit}”.")
            yield Hindrance(sentence, address, {"number": number, "unit": leaf.unit or ""})


def _contradictions(content: Content, address: str) -> Iterator[Hindrance]:
    numbers = [each.number for each in content.criteria]
    for one, other in contradictions([each.settled for each in content.criteria]):
        if one == other:
            sentence = N_("Nobody can meet criterion {number}: it contradicts itself.")
            yield Hindrance(sentence, f"{address}/{numbers[one]}/rule", {"number": numbers[one]})
        else:
            sentence = N_("Nobody can meet both criterion {one} and criterion {other}.")
            yield Hindrance(sentence, address, {"one": numbers[one], "other": numbers[other]})


def _about(content: Content, address: str, lexicon: Lexicon) -> Iterator[Hindrance]:
    # ADR 3: who is proposed has what the trial is about.
    asks = eligibility(content, lexicon)
    if not asks.about and not asks.seeks_healthy:
        sentence = N_("No condition of the trial is known here: nobody would be proposed for it.")
        yield Hindrance(sentence, address, bars=False)


def _page(session: Session, posting: Posting, address: str) -> Iterator[Hindrance]:
    if not approved_texts(session, posting, Channel.PAGE):
        sentence = N_("No text for the study’s page is approved, in any language.")
        yield Hindrance(sentence, address)
