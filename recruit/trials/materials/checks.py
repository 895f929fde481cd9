"""What stands against a text: against keeping it at all, and against asking for its approval."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from recruit.core import sms
from recruit.core.i18n import N_, translate
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import TrialDraft
from recruit.trials.materials import discreet, fields
from recruit.trials.materials.claims import Claim, claims
from recruit.trials.materials.content import (
    LONGEST,
    LONGEST_PART,
    ONE_LINE,
    PARTS,
    Channel,
    Part,
    Place,
    Texts,
)
from recruit.trials.materials.fields import NEEDED, Field
from recruit.trials.materials.meter import Gauge, Level, gauge, sentence_lengths

# A message leaves with a first name and addresses; for counting they are as long as they often get.
MEASURES: Final = {
    Field.FIRST_NAME: "Marie-Laure",
    Field.STUDY_TITLE: "x" * 60,
    Field.SITE_NAME: "x" * 40,
    Field.SITE_CITY: "Clermont-Ferrand",
    Field.CONTACT_PHONE: "01 99 00 12 34",
    Field.LINK: "https://recruit.example.org/i/" + "x" * 32,
    Field.STOP_LINK: "https://recruit.example.org/u/" + "x" * 32,
}
# Letters that a network takes. X counts every link as 23 (X developer documentation, "Counting
# characters"); LinkedIn takes 3,000 in a post (LinkedIn help, "Post on LinkedIn").
NETWORK_LIMITS: Final = {Channel.X: 280, Channel.LINKEDIN: 3_000}
COUNTED_LINK: Final = 23
EASY_WORDS: Final = 15
"""Words of the longest sentence in an easy-to-read text: "keep sentences short" (Inclusion Europe,
Information for all, 2009); the figure is ours."""
OTHER_ADDRESS: Final = re.compile(
    r"\b(?!https://)[a-z][a-z0-9+.-]{1,20}://|\b(?:java|vb)script\s*:|\bdata:[a-z]{2,20}/",
    re.IGNORECASE,
)
LINK_COUNTED: Final = {Field.LINK: "x" * COUNTED_LINK}
BLANK: Final = re.compile(r"\[[^\[\]\n]{1,120}\]")
STOP: Final = re.compile(r"\bSTOP\b")
# Controls, invisible signs, halves of pairs, private signs, unassigned ones.
UNWRITTEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Problem:
    """What stands against one part, or against the whole: a message of the catalogue."""

    part: Part | None
    sentence: str
    fields: dict[str, object] = field(default_factory=dict)

    def say(self, language: str) -> str:
        """The sentence in "en" or "fr"."""
        return translate(self.sentence, language, **self.fields)


@dataclass(frozen=True, slots=True)
class Finding:
    """All that was found in a text."""

    problems: tuple[Problem, ...]
    """What must be mended before approval is asked for."""
    claims: tuple[Claim, ...]
    gauge: Gauge | None
    """The whole text's measure; None where there are too few words to measure."""
    worst: tuple[Part, int, int] | None
    """Where the sentence that hurts most stands."""
    length: sms.Length | None

    @property
    def banned(self) -> list[Claim]:
        """What nobody can answer for."""
        return [each for each in self.claims if each.banned]

    @property
    def warned(self) -> list[Claim]:
        """What somebody has to answer for."""
        return [each for each in self.claims if not each.banned]


def unfit(channel: Channel, texts: Texts) -> list[Problem]:
    """What keeps a text from being kept even as a draft: odd fields, addresses, signs, length."""
    return [problem for part in PARTS[channel] for problem in _unfit(channel, part, texts[part])]


def _unfit(channel: Channel, part: Part, text: str) -> Iterator[Problem]:
    limit = LONGEST.get(part, LONGEST_PART)
    if len(text) > limit:
        yield Problem(part, N_("This is longer than {limit} characters."), {"limit": f"{limit:,}"})
    if (part in ONE_LINE and "\n" in text) or "\r" in text:
        yield Problem(part, N_("This stands in one line: take out the line breaks."))
    if any(sign != "\n" and unicodedata.category(sign) in UNWRITTEN for sign in text):
        yield Problem(part, N_("There is a sign in this text that cannot be seen: type it again."))
    if address := OTHER_ADDRESS.search(text):
        problem = N_("“{words}”: an address begins with https:// or is a field.")
        yield Problem(part, problem, {"words": address[0]})
    for words in dict.fromkeys(fields.odd(text, channel, part)):
        allowed = sorted(f"{{{{{each}}}}}" for each in fields.allowed(channel, part))
        if allowed:
            problem = N_("“{words}” is no field that can stand here. These can: {allowed}.")
            yield Problem(part, problem, {"words": words, "allowed": ", ".join(allowed)})
        else:
            problem = N_("“{words}” cannot stand here: this is the same for everybody.")
            yield Problem(part, problem, {"words": words})


def examine(
    place: Place, texts: Texts, draft: TrialDraft, about: Iterable[str], lexicon: Lexicon
) -> Finding:
    """Look through a whole text. `about` are the concepts of the trial's conditions."""
    channel, language = place.channel, place.language
    length = sms.length(fields.fill(texts[Part.BODY], MEASURES)) if channel is Channel.SMS else None
    found = tuple(claims(texts, language))
    measured = gauge(_whole(channel, texts), language)
    problems = [
        *unfit(channel, texts),
        *_unfinished(channel, texts),
        *_telling(channel, texts, draft, tuple(about), lexicon),
        *_too_long(place, texts),
    ]
    if length and length.parts > sms.MOST_PARTS:
        problem = N_("This takes {parts} text messages; {most} are the most.")
        numbers: dict[str, object] = {"parts": length.parts, "most": sms.MOST_PARTS}
        problems.append(Problem(Part.BODY, problem, numbers))
    if measured and measured.level is Level.TOO_HARD:
        problems.append(Problem(None, N_("The text is too hard to read: make it simpler.")))
    if any(each.banned for each in found):
        problems.append(Problem(None, N_("There are words in the text that must not be said.")))
    worst = _worst(channel, texts, measured)
    return Finding(tuple(problems), found, measured, worst, length)


def _whole(channel: Channel, texts: Texts) -> str:
    return "\n".join(texts[part] for part in PARTS[channel])


def _worst(channel: Channel, texts: Texts, measured: Gauge | None) -> tuple[Part, int, int] | None:
    """The place of the worst sentence in its own part: the end of a line ends a sentence."""
    if measured is None or measured.worst is None:
        return None
    start, end = measured.worst
    begins = 0
    for part in PARTS[channel]:
        if start <= begins + len(texts[part]):
            return part, start - begins, end - begins
        begins += len(texts[part]) + 1
    return None


def _unfinished(channel: Channel, texts: Texts) -> Iterator[Problem]:
    for part in PARTS[channel]:
        if not texts[part]:
            yield Problem(part, N_("Please write this part."))
        if blank := BLANK.search(texts[part]):
            problem = N_("Replace “{words}” by what is so in this trial.")
            yield Problem(part, problem, {"words": blank[0]})
    body = texts.get(Part.BODY, "")
    for missing in [each for each in NEEDED.get(channel, ()) if each not in fields.used(body)]:
        problem = N_("“{field}” has to stand in this text.")
        yield Problem(Part.BODY, problem, {"field": f"{{{{{missing}}}}}"})
    if (
        channel is Channel.SMS
        and Field.STOP_LINK not in fields.used(body)
        and not STOP.search(body)
    ):
        problem = N_("Say how to end such messages: STOP, or the field {field}.")
        yield Problem(Part.BODY, problem, {"field": "{{stop_link}}"})


def _too_long(place: Place, texts: Texts) -> Iterator[Problem]:
    """What a network would cut off, and sentences that are not easy to read."""
    limit = NETWORK_LIMITS.get(place.channel)
    if limit and len(fields.fill(texts[Part.BODY], LINK_COUNTED)) > limit:
        problem = N_("This network takes {limit} characters; each link counts as {link}.")
        yield Problem(Part.BODY, problem, {"limit": f"{limit:,}", "link": COUNTED_LINK})
    if place.channel is not Channel.EASY:
        return
    for part in PARTS[place.channel]:
        longest = max(sentence_lengths(texts[part], place.language), default=0)
        if longest > EASY_WORDS:
            problem = N_("A sentence here has {n} words. Easy to read is {most} at most.")
            yield Problem(part, problem, {"n": longest, "most": EASY_WORDS})


def _telling(
    channel: Channel, texts: Texts, draft: TrialDraft, about: tuple[str, ...], lexicon: Lexicon
) -> Iterator[Problem]:
    for part in PARTS[channel]:
        if not discreet.is_seen(channel, part):
            continue
        found = discreet.telling(texts[part], draft, about, lexicon)
        if found:
            problem = N_("Others can see this, and it names an illness: {words}.")
            yield Problem(part, problem, {"words": ", ".join(f"“{each}”" for each in found[:5])})
