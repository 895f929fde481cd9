"""Unread words of a stretch as runs, which share no word with anything that was read."""

from bisect import bisect_left

from recruit.trials.parser.entries import Entry, Run, Stretch


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
        if before and bisect_left(walls, before.end) == bisect_left(walls, run.start):
            before.end = max(before.end, run.end)
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
