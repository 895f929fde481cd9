"""What a trial is about, and where it runs: what decides who is proposed for it at all."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final

from recruit.criteria.eligibility import Criterion, Place
from recruit.criteria.nodes import Clinical, State
from recruit.terminology.concepts import Kind, Vocabulary
from recruit.terminology.lexicon import SURE, Lexicon
from recruit.terminology.mentions import find_mentions
from recruit.trials.draft import SiteDraft, TrialDraft, TrialStatus
from recruit.trials.registered import asserted

OPEN: Final = frozenset({TrialStatus.RECRUITING, TrialStatus.ENROLLING_BY_INVITATION})
# A source that says nothing of the status does not say that nobody is sought.
UNSAID: Final = frozenset({TrialStatus.UNKNOWN})
HEALTHY: Final = "healthy"
DISEASES: Final = frozenset({Kind.CONDITION})
OTHER_THAN_DISEASES: Final = frozenset(Kind) - DISEASES


def about(draft: TrialDraft, read: tuple[Criterion, ...], lexicon: Lexicon) -> tuple[str, ...]:
    """The concepts of the trial's conditions, in their order.

    Where the conditions name no disease that is known, the keywords do, else the titles, else what
    an inclusion criterion of the text, `read`, asks for; last whatever else the conditions name: a
    procedure, an exposure. A trial of healthy people is about no disease.
    """
    texts = partial(_all_concepts, lexicon=lexicon)
    diseases = texts(draft.conditions, DISEASES)
    if diseases or any(_names_the_healthy(text, lexicon) for text in draft.conditions):
        return diseases
    return (
        texts(draft.keywords, DISEASES)
        or texts((draft.title, draft.official_title), DISEASES)
        or _asked_for(read)
        or texts(draft.conditions, OTHER_THAN_DISEASES)
    )


def _all_concepts(
    texts: Iterable[str], kinds: frozenset[Kind], lexicon: Lexicon
) -> tuple[str, ...]:
    return tuple(dict.fromkeys(c for text in texts for c in _concepts(text, kinds, lexicon)))


def _asked_for(read: tuple[Criterion, ...]) -> tuple[str, ...]:
    """What the first inclusion criterion that asks for a disease asks for."""
    for criterion in read:
        for leaf in asserted(criterion.rule) if criterion.kind == "inclusion" else ():
            if isinstance(leaf, Clinical) and leaf.kind is Kind.CONDITION and leaf.concepts:
                return leaf.concepts
    return ()


def _concepts(text: str, kinds: frozenset[Kind], lexicon: Lexicon) -> Iterator[str]:
    """The whole text as one name when it surely is one, else the names that stand in it."""
    # A name that is only near is never sure.
    for best in lexicon.lookup(text, kinds=kinds, limit=1, near=False):
        if best.score >= SURE:
            yield best.concept.id
            return
    for mention in find_mentions(text, lexicon):
        likeliest = mention.readings[0]
        if likeliest.what in kinds:
            yield from likeliest.keys


def seeks_healthy(draft: TrialDraft, read: tuple[Criterion, ...], lexicon: Lexicon) -> bool:
    """Whether healthy volunteers may take part: as the registry says, else as the text does."""
    if draft.healthy_volunteers is not None:
        return draft.healthy_volunteers
    asked = (leaf for each in read if each.kind == "inclusion" for leaf in asserted(each.rule))
    return any(isinstance(leaf, State) and leaf.state == HEALTHY for leaf in asked) or any(
        _names_the_healthy(text, lexicon) for text in draft.conditions
    )


def _names_the_healthy(text: str, lexicon: Lexicon) -> bool:
    return any(
        reading.what is Vocabulary.STATE and HEALTHY in reading.keys
        for mention in find_mentions(text, lexicon)
        for reading in mention.readings
    )


def places(draft: TrialDraft) -> tuple[Place, ...]:
    """Where the trial runs, each place once, those that recruit first."""
    known = dict.fromkeys(_place(site, draft.status) for site in draft.sites)
    return tuple(sorted(known, key=lambda place: not place.recruiting))


def recruits(site: SiteDraft, status: TrialStatus) -> bool:
    """Whether a site of a trial that stands so looks for people; who says nothing does not deny."""
    return (site.status or status) in OPEN | UNSAID


def _place(site: SiteDraft, status: TrialStatus) -> Place:
    country = site.country if site.country and len(site.country) == 2 else None  # noqa: PLR2004
    return Place(country, site.lat, site.lon, recruiting=recruits(site, status))
