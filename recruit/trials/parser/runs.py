"""Unread words of a stretch as runs, which share no word with anything that was read."""

from bisect import bisect_left
from functools import cache
from typing import Final

from recruit.terminology.concepts import Mention
from recruit.trials.parser.cues import word_set
from recruit.trials.parser.entries import Entry, Run, Stretch

# States of which the forms, visits and dates around them say nothing more.
_FORMALITIES: Final = frozenset(
    {"able_to_consent", "compliant", "guardian_consents", "contraception", "literate"}
)


def formal(found: Stretch) -> None:
    """Drop words that cannot change what is said of consent, compliance or a pregnancy test."""
    for entry in found.entries:
        entry.acts = entry.acts and not entry.tested
    if found.told:
        _drop(found, word_set("formal") | word_set("tested"))
    elif found.entries and all(map(formality, found.entries)):
        refused = any(entry.denied is not None for entry in found.entries)
        _drop(found, word_set("formal") | (word_set("unable") if refused else frozenset()))


def lately(found: Stretch) -> None:
    """Drop "recent" beside a length of time that looks back, which says how recent."""
    if found.windows and not found.began and all(not bound.since for bound in found.windows):
        _drop(found, word_set("lately"))


def onsets(found: Stretch) -> None:
    """Such as "diagnosed within 5 years": the time bounds the first day, not the last one."""
    for place, bound in enumerate(found.windows):
        lasting = found.lasts and not (bound.within or bound.ago or bound.anchor)
        lately_ = bound.high is not None and not bound.since
        if lately_ and (found.began or bound.fresh or lasting):
            found.windows[place] = bound._replace(onset=True)
    if found.windows:
        _drop(found, word_set("counts") | (word_set("began") if found.began else frozenset()))
    found.runs.sort(key=lambda run: run.start)


def only_formal(found: Stretch) -> bool:
    """Whether the stretch says nothing but such words ("study procedures, …")."""
    if found.bounds or found.asides or not (found.runs or found.entries):
        return False
    known = _said_anyway()
    return all(known.issuperset(run.words) for run in found.runs) and all(
        not formality(entry) and entry.mention and known.issuperset(_words(entry.mention))
        for entry in found.entries
    )


@cache
def _said_anyway() -> frozenset[str]:
    return word_set("formal") | word_set("unable")


def _words(mention: Mention) -> list[str]:
    return mention.text.lower().split()


def formality(entry: Entry) -> bool:
    """Whether the entry is of consent, compliance, contraception or a grade of performance."""
    return entry.sort == "ordinal" or (
        entry.sort == "state" and _FORMALITIES.issuperset(entry.keys)
    )


def _drop(found: Stretch, words: frozenset[str]) -> None:
    found.runs = [run for run in found.runs if not run.words or not words.issuperset(run.words)]


def merge(found: Stretch) -> None:
    """Join unread words that only blanks part, and let allergies begin at their word."""
    walls = sorted(
        [each.start for each in found.bounds]
        + [each.start for each in found.entries]
        + [each.start for each in found.asides]
    )
    merged: list[Run] = []
    for run in sorted(found.runs, key=lambda each: each.start):
        before = merged[-1] if merged else None
        alike = before is not None and before.kind is None and run.kind is None
        if before and alike and bisect_left(walls, before.end) == bisect_left(walls, run.start):
            before.end = max(before.end, run.end)
            before.words += run.words
            before.bound = before.bound or run.bound
        else:
            merged.append(run)
    found.runs = merged
    for entry in found.entries:
        if entry.reach is not None and not _taken(entry, entry.reach, found):
            entry.start = entry.reach


def _taken(entry: Entry, start: int, found: Stretch) -> bool:
    """Whether anything but the entry stands between `start` and its own start."""
    spans = [(run.start, run.end) for run in found.runs]
    spans += [(each.start, each.end) for each in found.entries if each is not entry]
    spans += [(each.start, each.end) for each in found.asides]
    spans += [(each.start, each.end) for each in found.bounds]
    return any(first < entry.start and last > start for first, last in spans)
