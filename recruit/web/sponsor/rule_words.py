"""What the rule in the form says, in both languages, and what becomes of those it does not know."""

from dataclasses import dataclass

from recruit.actions.questions import question
from recruit.core.errors import Refusal
from recruit.core.i18n import LANGUAGES
from recruit.criteria.codec import decode
from recruit.criteria.eligibility import Criterion, leaves
from recruit.criteria.nodes import Clinical, Leaf, Unparsed
from recruit.criteria.phrase import phrase, thing
from recruit.terminology.lexicon import Lexicon
from recruit.web.sponsor.rule_choices import GROUPS, STATEMENTS
from recruit.web.sponsor.rule_form import ROOT, Piece, Problems, as_json, child


@dataclass(frozen=True, slots=True)
class Said:
    """A criterion in words.

    `sentences` are (language, sentence), the page's language first. `asked` is what a person is
    asked where the record does not say, in the page's language; `open` are the words of what
    nobody's record can answer.
    """

    sentences: tuple[tuple[str, str], ...]
    asked: tuple[str, ...]
    open: tuple[str, ...]


def said(criterion: Criterion, language: str, lexicon: Lexicon) -> Said:
    """The criterion in words, for somebody who reads `language`."""
    order = sorted(LANGUAGES, key=lambda each: each != language)
    found = tuple(leaves(criterion.rule))
    asked = (question(leaf, language, lexicon) for leaf in found)
    left = (_words(leaf, language, lexicon) for leaf in found if is_open(leaf))
    return Said(
        tuple((each, phrase(criterion.rule, each, lexicon)) for each in order),
        tuple(dict.fromkeys(filter(None, asked))),
        tuple(dict.fromkeys(left)),
    )


def is_open(leaf: Leaf) -> bool:
    """Whether nobody's record can answer the statement: it was not read, or names no term."""
    return isinstance(leaf, Unparsed) or (isinstance(leaf, Clinical) and not leaf.concepts)


def _words(leaf: Leaf, language: str, lexicon: Lexicon) -> str:
    if isinstance(leaf, Clinical):
        return thing(leaf, language, lexicon)
    return " ".join(leaf.text.split()) if isinstance(leaf, Unparsed) else ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One part of the rule as the page shows it.

    `at` is its place in the form and `number` the same for people ("1.2", "" for the whole).
    `title` is what it says, as far as it can be said; `open` whether its fields are unfolded.
    `first` and `last`: whether it stands so among its neighbours. `within` is the type of the
    group it is a part of, "" for the whole.
    """

    piece: Piece
    at: str
    number: str
    title: str
    open: bool
    first: bool
    last: bool
    within: str
    parts: "tuple[Shown, ...]"

    @property
    def alone(self) -> bool:
        """Whether several parts could not take its place."""
        return self.within in {"", "not"}


@dataclass(frozen=True, slots=True)
class Look:
    """How the parts are looked at: in which language, what is wrong, what to look at first."""

    language: str
    lexicon: Lexicon
    problems: Problems
    focus: str
    unfolded: bool
    """Whether every statement shows its fields."""

    def is_open(self, at: str) -> bool:
        """Whether the fields of the statement at `at` are unfolded."""
        near = f"{at}-"
        wrong = any(name.startswith(near) for name in self.problems)
        return self.unfolded or wrong or self.focus == at or self.focus.startswith(near)


def shown(
    piece: Piece, look: Look, at: str = ROOT, among: tuple[int, int] = (0, 1), within: str = ""
) -> Shown:
    """The parts from `at` down, as the page shows them. `among`: which of how many it is."""
    index, count = among
    return Shown(
        piece=piece,
        at=at,
        number=_number(at),
        title=_title(piece, look),
        open=look.is_open(at),
        first=index == 0,
        last=index == count - 1,
        within=within,
        parts=tuple(
            shown(part, look, child(at, each), (each, len(piece.parts)), piece.type)
            for each, part in enumerate(piece.parts)
        ),
    )


def _number(at: str) -> str:
    return ".".join(str(int(each) + 1) for each in at.split("-")[1:])


def numbered(field: str, problem: str) -> str:
    """What is wrong with a field, after the number of its part: "2.1 · …"."""
    number = _number(field.rpartition("-")[0])
    return f"{number} · {problem}" if number else problem


def _title(piece: Piece, look: Look) -> str:
    """What a statement says; "" where that cannot be said yet, and for groups."""
    if piece.is_branch:
        return ""
    try:
        rule = decode(as_json(piece, look.language, {}), ROOT)
    except Refusal:
        return ""
    return phrase(rule, look.language, look.lexicon)


def name_of(type_: str) -> str:
    """What a type of part is called, as a message of the catalogue."""
    return GROUPS.get(type_) or STATEMENTS[type_]
