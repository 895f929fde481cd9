"""What an exception takes back: "cancer except skin cancer", "cancer (excluding in situ)"."""

from dataclasses import replace

from recruit.criteria.eligibility import leaves as leaves_of
from recruit.criteria.nodes import AnyOf, Clinical, Not, Rule, Unparsed
from recruit.trials.parser.leaves import both


def spared(rule: Rule, other: Rule, mark: Unparsed) -> Rule:
    """The rule for whoever has something of it that is none of `other`.

    `mark` are the words that say so. Where the exception is itself narrowed ("treated skin
    cancer"), having it may still count.
    """
    if isinstance(rule, Not):
        return Not(spared(rule.of, other, mark))
    excepted = [leaf for leaf in leaves_of(other) if isinstance(leaf, Clinical)]
    plain = len(excepted) == len(list(leaves_of(other)))
    known = all(leaf.concepts for leaf in excepted) and bool(excepted)
    if isinstance(rule, Clinical) and known and {leaf.kind for leaf in excepted} == {rule.kind}:
        rule = _timed(rule, excepted)
        besides = tuple(dict.fromkeys(code for leaf in excepted for code in leaf.concepts))
        if not plain:
            return AnyOf((replace(rule, besides=besides), other))
        spans = [leaf.span for leaf in (rule, *excepted) if leaf.span]
        reach = (min(span[0] for span in spans), max(span[1] for span in spans))
        return replace(rule, besides=besides, span=reach)
    # It may not only be that one: having the exception leaves the rest unknown.
    return both([rule, AnyOf((Not(other), mark))])


def _timed(rule: Clinical, excepted: list[Clinical]) -> Clinical:
    """The rule with the time that ends its exception ("cancer except of the skin in 5 years")."""
    windows = {leaf.within for leaf in excepted}
    if rule.within is not None or len(windows) > 1 or None in windows:
        return rule
    return replace(rule, within=windows.pop(), status="ever")
