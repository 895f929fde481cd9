"""What must hold of every trial, whatever it comes from."""

from typing import Final

from recruit.core.dates import DAYS
from recruit.core.i18n import N_
from recruit.trials.draft import LONGEST_TEXT, AgeLimit, SiteDraft, TrialDraft
from recruit.trials.values import refuse

LONGEST_ID: Final = 100
MOST_SUBJECTS: Final = 1_000  # each is looked up in the lexicon, whenever the trial is read
LARGEST_TARGET: Final = 100_000_000


def checked(draft: TrialDraft) -> TrialDraft:
    """The draft itself, when nothing in it contradicts itself.

    Raises:
        Refusal: naming the trial and the field.
    """
    if not draft.id.isprintable() or " " in draft.id or len(draft.id) > LONGEST_ID:
        problem = N_("this must be 1 to {limit} characters without spaces")
        refuse(repr(draft.id[:LONGEST_ID]), "id", problem, limit=LONGEST_ID)
    record = draft.id or draft.name[:LONGEST_ID] or "*"
    for field, words in (("conditions", draft.conditions), ("keywords", draft.keywords)):
        if len(words) > MOST_SUBJECTS:
            refuse(record, field, N_("more than {limit} of them"), limit=f"{MOST_SUBJECTS:,}")
    for text in (draft.criteria, *(each.criteria for each in draft.translations)):
        if len(text) > LONGEST_TEXT:
            limit = f"{LONGEST_TEXT:,}"
            refuse(record, "criteria", N_("longer than {limit} characters"), limit=limit)
    if draft.youngest and draft.oldest and _days(draft.youngest) > _days(draft.oldest):
        refuse(record, "min_age", N_("the lowest age is above the highest age"))
    if draft.target is not None and not 0 <= draft.target <= LARGEST_TARGET:
        refuse(record, "target", N_("no such value is possible here"))
    for number, site in enumerate(draft.sites):
        _check_place(record, f"sites[{number}]", site)
        if site.capacity is not None and not 0 <= site.capacity <= LARGEST_TARGET:
            refuse(record, f"sites[{number}].capacity", N_("no such value is possible here"))
    return draft


def finished(draft: TrialDraft, where: str) -> TrialDraft:
    """The draft itself, when it has what matching cannot do without: a number and criteria.

    Raises:
        Refusal: naming the trial, or `where` it stands when it has no number, and the field.
    """
    if not draft.id:
        refuse(where, "id", N_("this must not be empty"))
    if not draft.criteria.strip():
        refuse(draft.id, "criteria", N_("this must not be empty"))
    return draft


def _days(limit: AgeLimit) -> float:
    return limit.amount * DAYS[limit.unit]


def _check_place(record: str, field: str, site: SiteDraft) -> None:
    if (site.lat is None) != (site.lon is None):
        refuse(record, field, N_("a latitude and a longitude come together"))
    if site.lat is not None and not -90 <= site.lat <= 90:  # noqa: PLR2004 - degrees
        refuse(record, f"{field}.lat", N_("no such place on earth"))
    if site.lon is not None and not -180 <= site.lon <= 180:  # noqa: PLR2004 - degrees
        refuse(record, f"{field}.lon", N_("no such place on earth"))
