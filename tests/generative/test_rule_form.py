"""Laws of the rule's form: nothing of a rule is lost in it, and its buttons keep it whole."""

from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from werkzeug.datastructures import MultiDict

from recruit.core.errors import Refusal
from recruit.core.i18n import LANGUAGES
from recruit.criteria.codec import decode
from recruit.criteria.eligibility import leaves
from recruit.criteria.nodes import Clinical, Rule, Unparsed
from recruit.web.sponsor.rule_fields import BRANCHES, FIELDS
from recruit.web.sponsor.rule_form import (
    Piece,
    Problems,
    as_fields,
    as_json,
    field_of,
    fits,
    piece_of,
    places,
    posted,
)
from recruit.web.sponsor.rule_moves import move, settled
from tests.generative.rules import rules

SPOKEN = st.sampled_from(LANGUAGES)
DEEDS = st.sampled_from(
    ("add", "group", "and", "or", "remove", "unwrap", "up", "down", *BRANCHES, "dance")
)


def is_typed(rule: Rule) -> bool:
    """Whether its texts can come out of a form: no control characters."""
    said = [leaf.text for leaf in leaves(rule) if isinstance(leaf, Clinical | Unparsed)]
    return all(sign.isprintable() or sign == "\n" for text in said for sign in text)


def forms() -> SearchStrategy[Piece]:
    """A rule's form parts, as they come back from a browser."""
    return (
        st.builds(piece_of, rules(), SPOKEN)
        .filter(fits)
        .map(lambda piece: posted(MultiDict(as_fields(piece))))
    )


@given(rules(), SPOKEN)
def test_a_rule_survives_its_form(rule: Rule, language: str) -> None:
    piece = piece_of(rule, language)
    assume(fits(piece) and is_typed(rule))
    back = settled(posted(MultiDict(as_fields(piece))))
    problems: Problems = {}
    assert decode(as_json(back, language, problems), "r1") == rule
    assert problems == {}


@given(forms(), st.lists(st.tuples(DEEDS, st.integers(0, 30)), max_size=8))
def test_whatever_is_pressed_the_form_stays_one(
    piece: Piece, pressed: list[tuple[str, int]]
) -> None:
    for deed, which in pressed:
        at = [at for at, _ in places(piece)]
        moved = move(deed, at[which % len(at)], piece)
        assert moved.at == "" or moved.at in dict(places(moved.root))
        piece = moved.root
    for _, part in places(piece):
        assert part.type in FIELDS
        assert part.type != "not" or len(part.parts) == 1
        assert bool(part.parts) is part.is_branch


@given(forms(), st.sampled_from(BRANCHES), st.integers(0, 30))
def test_what_is_wrapped_can_be_unwrapped(piece: Piece, type_: str, which: int) -> None:
    at = [at for at, _ in places(piece)]
    chosen = at[which % len(at)]
    wrapped = move(type_, chosen, piece).root
    assert move("unwrap", chosen, wrapped).root == piece


@given(forms(), st.integers(0, 30))
def test_what_is_moved_down_can_be_moved_up(piece: Piece, which: int) -> None:
    at = [at for at, _ in places(piece)]
    moved = move("down", at[which % len(at)], piece)
    if moved.root is not piece:
        assert move("up", moved.at, moved.root).root == piece


@given(forms(), st.data(), SPOKEN)
def test_a_refusal_leads_to_a_field_of_the_form(
    piece: Piece, data: st.DataObject, language: str
) -> None:
    at, part = data.draw(st.sampled_from([*places(piece)]))
    name = data.draw(st.sampled_from(sorted(part.words) or ["n"]))
    typed = data.draw(st.sampled_from(("", "-7", "99999", "mauve", "x" * 6000)))
    sent = MultiDict(as_fields(piece))
    sent[f"{at}-{name}"] = typed
    changed = posted(sent)
    problems: Problems = {}
    json = as_json(changed, language, problems)
    try:
        decode(json, "r1")
    except Refusal as refusal:
        problems[field_of(refusal.field, changed)] = refusal.problem
    known = {
        f"{place}-{each}"
        for place, own in places(changed)
        for each in ("type", "of", *(field.name for field in FIELDS[own.type]))
    }
    assert problems.keys() <= known
