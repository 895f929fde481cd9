"""A posting's draft with what its registry has amended, part by part.

Three drafts are compared: what the posting says, what the registry says, and what the registry said
when somebody last decided about it. What the registry has not changed since stays as it is, so that
a title which the sponsor reworded is not proposed anew every night. What only people here know
(translations, opening hours, capacity, travel help, contacts, what taking part means) stays when
they wrote it.
"""

from collections.abc import Collection, Iterable
from dataclasses import fields, replace
from enum import StrEnum
from typing import Any, Final, TypeVar

from recruit.trials.centres import site_key
from recruit.trials.draft import SiteDraft, Tongue, Translation, TrialDraft, TrialStatus

T = TypeVar("T")


class Part(StrEnum):
    """What can be taken over from a registry's record by itself."""

    TITLES = "titles"
    SUMMARY = "summary"
    CRITERIA = "criteria"
    CONDITIONS = "conditions"
    INTERVENTIONS = "interventions"
    WHO = "who"
    STATUS = "status"
    PHASE = "phase"
    SPONSOR = "sponsor"
    DATES = "dates"
    TARGET = "target"
    NUMBERS = "numbers"
    CONTACTS = "contacts"
    SITES = "sites"


# Fields of a draft that are taken over as they are.
FIELDS: Final[dict[Part, tuple[str, ...]]] = {
    Part.CONDITIONS: ("conditions", "keywords"),
    Part.INTERVENTIONS: ("interventions",),
    Part.WHO: ("sex", "min_age", "youngest", "max_age", "oldest", "healthy_volunteers"),
    Part.STATUS: ("status",),
    Part.PHASE: ("phase",),
    Part.SPONSOR: ("sponsor",),
    Part.DATES: ("starts", "ends"),
    Part.TARGET: ("target",),
    Part.NUMBERS: ("registry_ids", "url"),
}
# Fields of a text in each language.
TEXTS: Final[dict[Part, tuple[str, ...]]] = {
    Part.TITLES: ("title", "official_title"),
    Part.SUMMARY: ("summary",),
    Part.CRITERIA: ("criteria",),
}
EMPTY: Final = (None, "", (), TrialStatus.UNKNOWN)


def merged(
    ours: TrialDraft,
    record: TrialDraft,
    base: TrialDraft | None,
    parts: Collection[Part] = tuple(Part),
) -> TrialDraft:
    """Our draft with what the registry changed between `base` and `record` in `parts`.

    Without a `base`, whatever the record says and we say otherwise counts as changed, and what it
    does not say as left open. The number stays ours.
    """
    draft = ours
    for part in parts:
        if part in FIELDS:
            draft = _with_fields(draft, record, base, FIELDS[part])
        elif part in TEXTS:
            draft = _with_texts(draft, record, base, TEXTS[part])
        elif part is Part.CONTACTS:
            before = base.contacts if base else None
            draft = replace(draft, contacts=_unless_ours(draft.contacts, before, record.contacts))
        else:
            before_sites = None if base is None else base.sites
            draft = replace(draft, sites=_sites(draft.sites, before_sites, record.sites))
    return draft


def differing(ours: TrialDraft, record: TrialDraft, base: TrialDraft | None) -> tuple[Part, ...]:
    """The parts in which taking over the record would change our draft."""
    return tuple(part for part in Part if merged(ours, record, base, (part,)) != ours)


def _decided(ours: T, before: T | None, theirs: T, *, known: bool) -> T:
    """Theirs where they changed it since `before`, which is only looked at where it is `known`."""
    if known:
        return ours if theirs == before else theirs
    return ours if theirs in EMPTY else theirs


def _unless_ours(ours: T, before: T | None, theirs: T) -> T:
    """Theirs, but what somebody here wrote stays, and nothing is emptied."""
    if theirs in EMPTY or (ours not in EMPTY and ours != before):
        return ours
    return theirs


def _with_fields(
    ours: TrialDraft, record: TrialDraft, base: TrialDraft | None, names: Iterable[str]
) -> TrialDraft:
    changes: dict[str, Any] = {
        name: _decided(
            getattr(ours, name),
            getattr(base, name, None),
            getattr(record, name),
            known=base is not None,
        )
        for name in names
    }
    return replace(ours, **changes)


# ---------------------------------------------------------------- texts, language by language
def _with_texts(
    ours: TrialDraft, record: TrialDraft, base: TrialDraft | None, names: tuple[str, ...]
) -> TrialDraft:
    own, theirs, before = _texts(ours), _texts(record), _texts(base) if base else {}
    for language, text in theirs.items():
        mine = own.get(language, Translation(language, ""))
        earlier = before.get(language)
        changes: dict[str, Any] = {}
        for name in names:
            values = getattr(mine, name), getattr(earlier, name, None), getattr(text, name)
            changes[name] = (
                _decided(*values, known=earlier is not None)
                if language == ours.language
                else _unless_ours(*values)
            )
        own[language] = replace(mine, **changes)
    return _with(ours, own)


def _texts(draft: TrialDraft) -> dict[Tongue, Translation]:
    main = Translation(
        draft.language, draft.criteria, draft.title, draft.summary, draft.official_title
    )
    return {draft.language: main} | {each.language: each for each in draft.translations}


def _with(draft: TrialDraft, texts: dict[Tongue, Translation]) -> TrialDraft:
    main = texts.pop(draft.language)
    known = {each.language for each in draft.translations}
    return replace(
        draft,
        criteria=main.criteria,
        title=main.title,
        summary=main.summary,
        official_title=main.official_title,
        translations=tuple(
            each
            for language, each in texts.items()
            if language in known or each != Translation(language, "")
        ),
    )


# ---------------------------------------------------------------- sites, by what they are known by
def _sites(
    ours: tuple[SiteDraft, ...],
    before: tuple[SiteDraft, ...] | None,
    theirs: tuple[SiteDraft, ...],
) -> tuple[SiteDraft, ...]:
    """Their sites in their order, each with what we know of it; then those that are ours alone.

    A record without any site says nothing of sites. One that they have taken out goes, unless they
    never had it.
    """
    if not theirs:
        return ours
    own = _by_key(ours)
    earlier = _by_key(before or ())
    gone = {key for key in earlier if key not in _by_key(theirs)}
    found = []
    for site in theirs:
        key = site_key(site)
        was = earlier[key].pop(0) if earlier.get(key) else None
        if own.get(key):
            found.append(_site(own[key].pop(0), was, site))
        elif site != was:  # the same as before: somebody here took it out
            found.append(site)
    rest = [each for key, left in own.items() if key not in gone for each in left]
    together = (*found, *sorted(rest, key=ours.index))
    same = sorted(together, key=str) == sorted(ours, key=str)
    return ours if same else together  # in another order they are the same sites


def _by_key(sites: Iterable[SiteDraft]) -> dict[str, list[SiteDraft]]:
    found: dict[str, list[SiteDraft]] = {}
    for site in sites:
        found.setdefault(site_key(site), []).append(site)
    return found


def _site(ours: SiteDraft, before: SiteDraft | None, theirs: SiteDraft) -> SiteDraft:
    """One site: its status as they say it, what only we know as we say it."""
    changes: dict[str, Any] = {
        field.name: _unless_ours(
            getattr(ours, field.name),
            getattr(before, field.name, None),
            getattr(theirs, field.name),
        )
        for field in fields(SiteDraft)
        if field.name not in {"status", "lat", "lon"}
    }
    status = _decided(
        ours.status, before.status if before else None, theirs.status, known=before is not None
    )
    place = _unless_ours(_place(ours), _place(before), _place(theirs))
    lat, lon = place or (None, None)
    return replace(ours, **changes, status=status, lat=lat, lon=lon)


def _place(site: SiteDraft | None) -> tuple[float, float] | None:
    """Latitude and longitude belong together."""
    if site is None or site.lat is None or site.lon is None:
        return None
    return site.lat, site.lon
