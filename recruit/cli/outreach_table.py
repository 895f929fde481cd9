"""How a plan of outreach is printed: a table of pseudonyms, and the counts beneath."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from recruit.actions.outreach.plan import Plan
from recruit.actions.outreach.prospects import Fate, Prospect
from recruit.actions.outreach.reason_words import CHANNELS, FATES, REASONS, STATES, WAVES, why
from recruit.actions.outreach.rehearsal import Piece
from recruit.core.i18n import N_, translate
from recruit.core.written import LOCALES, pattern, tongue

WHEN: Final = N_("When")
HEADINGS: Final = (N_("Person"), N_("What becomes of it"), N_("How"), WHEN, N_("Why"))


def lines(plan: Plan, language: str, zone: ZoneInfo) -> Iterator[str]:
    """The table, and how many people meet which fate and why."""
    rows = [tuple(_heading(each, language, zone) for each in HEADINGS)]
    rows += [_row(each, language, zone) for each in plan.prospects]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(said.ljust(width) for said, width in zip(row, widths, strict=True)).rstrip()
    yield ""
    counts = Counter((each.fate, why(each, language)) for each in plan.prospects)
    for (fate, reason), number in counts.most_common():
        yield f"{number:>6}  {' – '.join(filter(None, (translate(FATES[fate], language), reason)))}"
    for state, number in plan.begun.most_common():
        words = (translate(FATES[Fate.BEGUN], language), translate(STATES[state], language))
        yield f"{number:>6}  {' – '.join(words)}"
    if len(plan.prospects) < plan.total:
        said = N_("{seen} of {total} people were looked at.")
        yield translate(said, language, seen=len(plan.prospects), total=plan.total)


def encoded(trial: str, prospect: Prospect) -> Mapping[str, object]:
    """What asking one person comes to, as JSON."""
    message = prospect.message or prospect.unwritten
    return {
        "trial": trial,
        "person": prospect.person,
        "match": prospect.match,
        "fate": prospect.fate.value,
        "reason": prospect.reason.value if prospect.reason else None,
        "state": prospect.state.value if prospect.state else None,
        "channel": message.channel.value if message else None,
        "language": message.language if message else None,
        "country": message.country if message else None,
        "when": prospect.when.isoformat() if prospect.when else None,
    }


def missing_lines(missing: Iterable[Piece], language: str) -> Iterator[str]:
    """The messages of a trial that have no words, and why, a line each."""
    for each in missing:
        words = (WAVES[each.wave], CHANNELS[each.channel])
        kind = [*(translate(word, language) for word in words), each.language, each.country]
        reason = translate(REASONS[each.problem], language) if each.problem else ""
        yield f"  {', '.join(kind)}: {reason}"


def _heading(words: str, language: str, zone: ZoneInfo) -> str:
    said = translate(words, language)
    return f"{said} ({zone.key})" if words == WHEN else said


def _row(prospect: Prospect, language: str, zone: ZoneInfo) -> tuple[str, ...]:
    message, state = prospect.message, prospect.state
    how = ""
    if message:
        channel = translate(CHANNELS[message.channel], language)
        how = f"{channel}, {tongue(message.language, language)}"
    when = ""
    if prospect.when:
        local = prospect.when.astimezone(zone)
        when = format_datetime(
            local, pattern("d MMM y, HH:mm", local, language), locale=LOCALES[language]
        )
    reason = translate(STATES[state], language) if state else why(prospect, language)
    return prospect.person, translate(FATES[prospect.fate], language), how, when, reason
