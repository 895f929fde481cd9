"""Headings: which side of the protocol a line opens, in English and French.

A heading stands on a line of its own, before a colon, or (old records in one long line) in the
middle of a line with its colon. What stands between a heading and its colon may carry sense of its
own ("Excluded within 30 days of study entry:") and is then kept as the lead-in of its list.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

# "allowed" lists what is no obstacle: it asks nothing of anybody. "label" only names a topic and
# "cohort" a part of the trial's people; neither changes the side.
Opens = Literal["inclusion", "exclusion", "allowed", "label", "cohort"]

_CRITERIA_EN: Final = r"(?:criterias?|criterion|criteri[ao]n?s?|requirements?)"
_EXTRA: Final = r"[^:.;<>≥≤=\n]{0,60}"
_EXCLUSION: Final = re.compile(
    rf"""(?ix)
    (?:[\w'’/&,()-]+\s+){{0,5}}?
    (?: (?:non[- ]?inclusion|exclusions?|excluding|ineligib(?:le|ility)|non[- ]?eligibility)
        (?:\s+{_CRITERIA_EN}){_EXTRA}
      | exclusions?(?:\s+(?:include|are|for\b{_EXTRA}))?
      | (?:crit[eè]res?\s+)(?:principaux\s+)?(?:de\s+non[- ]?(?:inclusion|[eé]ligibilit[eé])
          |d[e'’]\s?exclusion){_EXTRA}
      | crit[eè]res?\s+(?:d['’]\s?[eé]ligibilit[eé]\s+)?n[eé]gatifs?
      | non[- ]inclusion
      | (?:{_CRITERIA_EN}\s+for\s+(?:exclusion|non-inclusion)){_EXTRA}
    )"""
)
# "Within 4 weeks before inclusion:" opens a list of what was then, no section.
_TIMED: Final = (
    r"(?!.*\b(?:before|prior\s+to|preceding|after|since|avant|pr[eé]c[eé]dant|apr[eè]s|depuis)\b)"
)
_INCLUSION: Final = re.compile(
    rf"""(?ix)
    {_TIMED}
    (?:[\w'’/&,()-]+\s+){{0,5}}?
    (?: (?:inclusions?|including|eligibility|entry|selection|enrol+ment|recruitment
        |admission)\s+{_CRITERIA_EN}{_EXTRA}
      | inclusions?(?:\s+(?:include|are|for\b{_EXTRA}))?
      | crit[eè]res?\s+(?:principaux\s+)?d['’e]\s?(?:inclusion|[eé]ligibilit[eé]
          |s[eé]lection){_EXTRA}
      | {_CRITERIA_EN}\s+for\s+(?:inclusion|eligibility|participation){_EXTRA}
    )"""
)
# A sentence that opens a list of people who may not (or may) take part.
_OUT: Final = re.compile(
    r"""(?ix)
    .{0,120}?\b(?:
        (?:are|be|is|were)\s+(?:also\s+)?(?:excluded|ineligible|not\s+eligible|not\s+included)\b
      | (?:not|n['’]t|never)\s+(?:be\s+)?(?:eligible|included|enrol+ed|participate|take\s+part
          |able\s+to\s+(?:join|participate|take\s+part))
      | (?:cannot|can\s?not)\s+(?:participate|take\s+part|join|be\s+(?:included|enrol+ed))
      | (?:ne\s+(?:pourront|peuvent|seront|sont|pourra|sera)\s+pas\s+(?:être\s+)?(?:participer
          |inclus\w*|[eé]ligibles?))
      | (?:sont|seront|est)\s+exclu\w*
      | ^excluded\s+(?:within|at|during|if|prior)
      | ^(?:exclude|exclus?|exclue?s|non\s+inclus)
    )\b.{0,80}"""
)
_IN: Final = re.compile(
    r"""(?ix)
    .{0,120}?\b(?:
        (?:are|be|is)\s+(?:eligible|included|able\s+to\s+(?:join|participate|take\s+part))
      | (?:may|can|could)\s+(?:participate|take\s+part|join)
      | (?:sont|seront|pourront\s+être|peuvent\s+être)\s+(?:inclus\w*|[eé]ligibles?)
      | ^(?:patients?|subjects?|participants?|volunteers?|you|children|women|men)\s+(?:must
          |should)(?:\s+(?:have|be|meet|fulfil+))?
      | ^(?:required|inclus)
    )\b.{0,80}"""
)
_ALLOWED: Final = re.compile(
    r"(?i)(?:allowed|permitted|recommended|(?:patients|subjects) may have|autoris[ée]e?s?|"
    r"(?:concurrent|concomitant|prior) (?:medication|treatment|therapy)s?:? ?allowed)\b.{0,60}"
)
_COHORT: Final = re.compile(
    r"""(?ix)
    (?:for\s+|pour\s+(?:la\s+|le\s+|les\s+)?)?
    (?: (?:cohorte?|arm|bras|part|partie|group[e]?|phase|stratum|strate|step|cohorts|stage)\s*
        (?:[A-Z]\b|\d{1,2}[a-z]?\b|[IV]{1,4}[ab]?\b)
      | (?:healthy|normal|control)\s+(?:volunteers?|controls?|subjects?|participants?)(?:\s+only)?
      | controls?|donors?|caregivers?|parents?|t[eé]moins?|volontaires\s+sains?
      | sub-?study|crossover|randomi[sz]ation|maintenance|extension)
    [^:.;]{0,50}"""
)
# Whose criteria a heading opens: "Donor Eligibility Criteria", "Inclusion criteria (group A)".
_GROUP: Final = re.compile(
    r"""(?ix)\b(?:cohorte?|arm|bras|groupe?|part|partie|stratum|strate)\s*
    (?:[A-Z]\b|\d{1,2}[a-z]?\b|[IV]{1,4}\b)"""
)
_ROLE: Final = re.compile(
    r"""(?ix)\b(?:(?:donor|donneur|recipient|receveur|control|t[eé]moin|care-?giver|aidant|parent
        |sibling|partner|spouse|conjoint|relative|infant|newborn|mother)s?
      | healthy|volontaires?\s+sains?|(?:normal|research)\s+volunteers?)\b"""
)
_WHOLE: Final = re.compile(r"(?i)\b(?:all|both|and|et|each|tous|toutes|chaque)\b|&")
# Topics under which older records file their criteria; the topic itself demands nothing.
_TOPIC: Final = re.compile(
    r"""(?ix)
    (?:--)?(?: (?:disease|patient|subject|population|general|demographic|prior|specific
        |tumou?r)\s+characteristics
      | protocol\s+entry\s+criteria | (?:prior|previous|concurrent)?\s*[/]?\s*(?:concurrent
          |concomitant|prior)\s+(?:therapy|medications?|treatments?)
      | performance\s+status | life\s+expectancy | h[a]?ematopoietic | h[a]?ematologic(?:al)?
          | hepatic | renal | cardiovascular
      | cardiac | pulmonary | neurologic(?:al)? | metabolic | endocrine(?:\s+therapy)?
          | immunologic(?:al)?
      | biologic\s+therapy | chemotherapy | radiotherapy | surgery | menopausal\s+status
          | hormone\s+receptor\s+status
      | co-existing\s+conditions? | risk\s+behaviou?r | other | age | sex | gender
          | laboratory(?:\s+values)?
      | (?:bone\s+marrow|marrow|organ|hepatic|liver|renal|kidney)\s+function | notes?
          | medical\s+history
      | \u00e2ge | sexe | autres? | biologie | ant[eé]c[eé]dents )(?:--)?"""
)
_NOTHING: Final = re.compile(
    r"(?i)(?:no(?:ne)?(?:\s+(?:exclusion|inclusion)\s+criteria)?|n/?a|nil|not\s+applicable|"
    r"(?:not\s+|un)specified|any(?:\s+status)?|aucun[e]?|non\s+(?:pr[eé]cis|sp[eé]cifi)[eé]e?s?|"
    r"n[eé]ant|sans\s+objet|(?:no\s+)?other\s+protocol[- ]defined.{0,60}|-+|see\s+.{0,30})\s*[.:]?"
)
_INLINE: Final = re.compile(
    r"""(?x)
    (?<![\w"“(/-])
    (?: (?i:(?:(?:key|main|major|principaux|(?:donor|recipient|control|infant|maternal
          |care-?giver|(?:healthy\s+)?volunteer)s?)\s+)?(?:inclusion|exclusion
        |non-inclusion)\s+criteria\s*:)
      | (?i:crit[eè]res?\s+(?:d['’]\s?(?:inclusion|exclusion)|de\s+non[- ]inclusion)\s*:)
      | (?:INCLUSION|EXCLUSION)S?(?:\s+CRITERIA)?\s*:
      | (?:DISEASE|PATIENT)\s+CHARACTERISTICS\s*: | PRIOR\s+CONCURRENT\s+THERAPY\s*:
      | --(?:Disease|Patient|Prior/Concurrent|Prior)\s(?:Characteristics|Therapy)--
      | (?:Age|Sex|(?:Menopausal|Hormone\sreceptor|Performance)\sstatus|Life\sexpectancy
           |Hematopoietic|Hepatic|Renal
           |Cardiovascular|Pulmonary|Biologic\stherapy|Chemotherapy|Endocrine\stherapy|Radiotherapy
           |Surgery|Other)\s?:(?=\s[A-Z≥<>(\d]|$)
    )"""
)
# "Maximum Age: 99" goes on with its own word; "Not specified Age: 18" begins anew.
_OF_WHAT: Final = re.compile(
    r"(?i)\b(?:minim(?:um|al)|maxim(?:um|al)|lower|upper|gestational|mental|bone|biological"
    r"|chronological|conceptional|menstrual|maternal|paternal|mean|median|current)\s+\Z"
)
_FARTHEST: Final = 20
_LONGEST: Final = 160


@dataclass(frozen=True, slots=True)
class Heading:
    """What a line opens. `rest` is where its own words go on, after the colon.

    `keeps` is true where the heading's words say more than the side and stay as a lead-in,
    `part` where they say that only a part of the trial's people is meant.
    """

    opens: Opens
    rest: int
    keeps: bool = False
    part: bool = False


def heading(words: str) -> Heading | None:
    """The heading that `words`, one line without its marker, begins with or is."""
    colon = words.find(":", 0, _LONGEST)
    if colon < 0:
        return _bare(words)
    label, rest = _label(words[:colon]), _after(words, colon)
    side = _side(label, bare=False)
    if side:
        return Heading(side, rest, part=_of_part(label))
    if _COHORT.fullmatch(label):
        return Heading("cohort", rest)
    if _TOPIC.fullmatch(label):
        return Heading("label", rest)
    return _sentence(label, rest)


def _bare(words: str) -> Heading | None:
    """A heading without a colon: a short title, or a sentence that breaks off before its list."""
    label = _label(words[:_LONGEST])
    if _short(words):
        side = _side(label, bare=True)
        return Heading(side, len(words), part=_of_part(label)) if side else None
    if len(words) <= _LONGEST and words.endswith(("if", "are", "who")):
        return _sentence(label, len(words))
    return None


def _of_part(label: str) -> bool:
    named = _GROUP.search(label) or _ROLE.search(label)
    return named is not None and not _WHOLE.search(label)


def role(label: str) -> str | None:
    """As what the people of a part take part, alike in headings for both sides of the protocol."""
    found = _ROLE.search(label)
    return found[0].lower().rstrip("s") if found else None


def _label(words: str) -> str:
    return words.strip(" \t*_#=.-–—\\")


def _after(words: str, colon: int) -> int:
    at = colon + 1
    while at < len(words) and words[at] in " \t:*_-–.":
        at += 1
    return at


def _short(words: str) -> bool:
    return len(words) < 80 and not words.endswith((".", ";", ","))  # noqa: PLR2004 - a line's width


def _side(label: str, *, bare: bool) -> Opens | None:
    for pattern, side in ((_EXCLUSION, "exclusion"), (_INCLUSION, "inclusion")):
        found = pattern.fullmatch(label)
        # Without a colon only the plain titles count: "Excluded" alone may end a sentence.
        if found and (not bare or re.search(r"(?i)crit|^(?:key )?(?:in|ex)clusions?$", label)):
            return "exclusion" if side == "exclusion" else "inclusion"
    if not bare and label.lower() in {"excluded", "exclus", "non inclus", "included", "inclus"}:
        return "inclusion" if label.lower().startswith("inc") else "exclusion"
    if not bare and _ALLOWED.fullmatch(label):
        return "allowed"
    return None


def _sentence(label: str, rest: int) -> Heading | None:
    if _OUT.fullmatch(label):
        return Heading("exclusion", rest, keeps=True)
    if _IN.fullmatch(label):
        return Heading("inclusion", rest, keeps=True)
    return None


def says_nothing(words: str) -> bool:
    """Whether the line only says that there is nothing ("None", "N/A", "sans objet")."""
    return len(words) < 100 and _NOTHING.fullmatch(words) is not None  # noqa: PLR2004 - a line


def inline_headings(text: str, start: int, end: int) -> list[int]:
    """Where headings stand within one line, for records that come without line ends."""
    return [
        at.start()
        for at in _INLINE.finditer(text, start, end)
        if at.start() > start
        and not _OF_WHAT.search(text, max(start, at.start() - _FARTHEST), at.start())
    ]


def begins_with_heading(words: str) -> bool:
    """Whether such a heading opens a line, which then goes on with nothing before it."""
    return _INLINE.match(words) is not None
