"""What is read from a posting's text, and what of a person's decisions survives another text."""

from collections import Counter, defaultdict
from dataclasses import replace
from typing import Final

from recruit.criteria.eligibility import Criterion, Eligibility
from recruit.criteria.nodes import AllOf, AnyOf, AtLeast, Not, Rule, Span
from recruit.terminology.lexicon import Lexicon
from recruit.trials.about import about, places, seeks_healthy
from recruit.trials.draft import TrialDraft
from recruit.trials.eligibility import read_eligibility
from recruit.trials.posting.content import Content, Reviewed, Standing
from recruit.trials.registered import registered

BY_HAND: Final = (Standing.CORRECTED, Standing.ASK, Standing.SITE)


def begun(draft: TrialDraft, lexicon: Lexicon) -> Content:
    """A posting's first content: each criterion as the parser reads it, undecided."""
    read = enumerate(_read(draft, lexicon), 1)
    return Content(draft, tuple(Reviewed(number, criterion) for number, criterion in read))


def reread(content: Content, draft: TrialDraft, lexicon: Lexicon) -> Content:
    """The content with another draft: its text is read, and what was decided stays decided.

    A criterion whose words are still there keeps its number, its rule and its standing; only its
    place in the text is new. One whose words have gone goes, unless somebody wrote it by hand. One
    that somebody removed stays removed for as long as its words are the same.
    """
    known: defaultdict[tuple[str, str], list[Reviewed]] = defaultdict(list)
    for each in content.criteria:
        known[_words(each.criterion)].append(each)
    removed = _removed(content, lexicon)
    number = content.next_number
    found = []
    for criterion in _read(draft, lexicon):
        words = _words(criterion)
        if known.get(words):
            found.append(_moved(known[words].pop(0), criterion))
        elif removed[words]:
            removed[words] -= 1
        else:
            found.append(Reviewed(number, criterion))
            number += 1
    own = (each for rest in known.values() for each in rest if is_own(each))
    return Content(draft, (*found, *sorted(own, key=lambda each: each.number)))


def is_own(reviewed: Reviewed) -> bool:
    """Whether somebody wrote the criterion by hand: it stands nowhere in the text.

    One that they then left to the person or the site stays theirs.
    """
    return reviewed.criterion.span is None and reviewed.standing in BY_HAND


def is_from_fields(content: Content, reviewed: Reviewed) -> bool:
    """Whether the registry's own fields ask the criterion, and no text does."""
    read = tuple(each.criterion for each in content.criteria if each.criterion.span)
    asked = {_words(each) for each in registered(content.draft, read)}
    return reviewed.criterion.span is None and _words(reviewed.criterion) in asked


def as_read(content: Content, reviewed: Reviewed, lexicon: Lexicon) -> Reviewed:
    """The criterion undecided, with the rule that the parser reads in its words."""
    words = _words(reviewed.criterion)
    same = [each for each in _read(content.draft, lexicon) if _words(each) == words]
    here = [each for each in same if each.span == reviewed.criterion.span]
    criterion = next(iter(here or same), reviewed.criterion)
    return replace(reviewed, criterion=criterion, standing=Standing.READ)


def eligibility(content: Content, lexicon: Lexicon) -> Eligibility:
    """What matching needs to know of the posting as it stands."""
    settled = tuple(each.settled for each in content.criteria)
    return Eligibility(
        trial=content.draft.id,
        criteria=settled,
        about=about(content.draft, settled, lexicon),
        seeks_healthy=seeks_healthy(content.draft, settled, lexicon),
        places=places(content.draft),
    )


def _read(draft: TrialDraft, lexicon: Lexicon) -> tuple[Criterion, ...]:
    return read_eligibility(draft, lexicon).criteria if draft.criteria.strip() else ()


def _removed(content: Content, lexicon: Lexicon) -> Counter[tuple[str, str]]:
    """What its own text asks, and nothing in the content stands for any more.

    Another parser may cut the same words otherwise: what overlaps a criterion was not removed.
    """
    words = {_words(each.criterion) for each in content.criteria}
    spans = [each.criterion.span for each in content.criteria if each.criterion.span]
    return Counter(
        _words(each)
        for each in _read(content.draft, lexicon)
        if _words(each) not in words and not any(_overlap(each.span, span) for span in spans)
    )


def _overlap(one: Span | None, other: Span) -> bool:
    return one is not None and one[0] < other[1] and other[0] < one[1]


def _words(criterion: Criterion) -> tuple[str, str]:
    return criterion.kind, " ".join(criterion.text.split())


def _moved(reviewed: Reviewed, criterion: Criterion) -> Reviewed:
    """What was decided, at the place where the words stand now."""
    if reviewed.standing is Standing.READ:
        return replace(reviewed, criterion=criterion)
    same = reviewed.criterion.text == criterion.text
    old, new = reviewed.criterion.span, criterion.span
    by = new[0] - old[0] if old and new and same else None
    rule = _placed(reviewed.criterion.rule, by, new)
    return replace(reviewed, criterion=replace(criterion, rule=rule))


def _placed(rule: Rule, by: int | None, whole: Span | None) -> Rule:
    """The rule with the spans of its leaves moved, or all on the `whole` where no one knows."""
    match rule:
        case AllOf(of) | AnyOf(of) | AtLeast(of=of):
            return replace(rule, of=tuple(_placed(part, by, whole) for part in of))
        case Not(of):
            return Not(_placed(of, by, whole))
        case _ if rule.span and by is not None:
            return replace(rule, span=(rule.span[0] + by, rule.span[1] + by))
        case _:
            return replace(rule, span=rule.span and whole)
