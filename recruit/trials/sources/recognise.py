"""Trials in whatever format they come, told apart by what a record holds."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from recruit.core.errors import Refusal
from recruit.core.files import Record
from recruit.core.i18n import N_
from recruit.trials.checks import finished
from recruit.trials.draft import TrialDraft
from recruit.trials.sources import ctgov, ctis, exchange, isrctn, usdm

Claims = Callable[[object], bool]
Reads = Callable[[object, str], TrialDraft]

# The exchange format comes last: its own names are the most common ones.
FORMATS: Final[tuple[tuple[Claims, Reads], ...]] = (
    (ctgov.claims, ctgov.read_ctgov),
    (ctis.claims, ctis.read_ctis),
    (isrctn.claims, isrctn.read_isrctn),
    (usdm.claims, usdm.read_usdm),
    (exchange.claims, exchange.read_exchange),
)


def drafts(record: Record, *, unfinished: bool = False) -> Iterator[TrialDraft | Refusal]:
    """The trials of one record: one study, a list of them, or a page `{"studies": […]}`.

    A study that cannot be taken is one refusal; the others go on. `unfinished` ones, which lack
    criteria or a number, are taken where somebody is about to go on writing them.
    """
    found = studies(record.value)
    if not is_several(record.value):
        yield _draft(record.value, record.where, unfinished=unfinished)
        return
    if not found:
        yield Refusal(record=record.where, field="*", problem=N_("there is no study in it"))
    for number, study in enumerate(found, start=1):
        yield _draft(study, f"{record.where} study {number}", unfinished=unfinished)


def read_trials(records: Iterable[Record | Refusal]) -> Iterator[TrialDraft | Refusal]:
    """The trials of many records; the second of two with the same number is refused."""
    yield from once(
        draft
        for record in records
        for draft in ([record] if isinstance(record, Refusal) else drafts(record))
    )


def once(read: Iterable[TrialDraft | Refusal]) -> Iterator[TrialDraft | Refusal]:
    """The same trials; the second of two with the same number is refused."""
    seen: set[str] = set()
    for draft in read:
        if isinstance(draft, TrialDraft) and draft.id in seen:
            problem = N_("this trial was there before; the first one counts")
            yield Refusal(record=draft.id, field="id", problem=problem)
            continue
        if isinstance(draft, TrialDraft):
            seen.add(draft.id)
        yield draft


def not_one(where: str, *, several: bool) -> Refusal:
    """The refusal of a file that was to hold one trial and holds none or `several`."""
    if not several:
        return Refusal(record=where, field="file", problem=N_("there is no study in it"))
    problem = N_("it holds more than one trial; put the one to be posted into a file of its own")
    return Refusal(record=where, field="file", problem=problem)


def is_several(value: object) -> bool:
    """Whether the value is a list of studies or a page of them rather than one."""
    return isinstance(value, list) or (
        isinstance(value, dict) and isinstance(value.get("studies"), list)
    )


def studies(value: object) -> list[object]:
    """The studies of a list or a page, or the value itself as the only one."""
    if isinstance(value, dict) and isinstance(value.get("studies"), list):
        return list(value["studies"])
    return list(value) if isinstance(value, list) else [value]


def _draft(value: object, where: str, *, unfinished: bool) -> TrialDraft | Refusal:
    for claims, reads in FORMATS:
        if claims(value):
            try:
                draft = reads(value, where)
                return draft if unfinished else finished(draft, where)
            except Refusal as refusal:
                return refusal
    return Refusal(record=where, field="*", problem=N_("this is no trial in a format known here"))
