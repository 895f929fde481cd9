"""One criterion as it stands in its form: read from what was sent, and what is wrong with it."""

from dataclasses import dataclass, field, replace
from typing import Final

from flask import request, url_for

from recruit.actions.posting import rule
from recruit.actions.posting.criteria import found
from recruit.actions.posting.history import Difference, differences
from recruit.core.columns import LARGEST
from recruit.core.db import reading
from recruit.core.errors import NotFound, Refusal, WrongUsage
from recruit.criteria.codec import decode
from recruit.criteria.eligibility import Criterion, CriterionKind
from recruit.criteria.phrase import capitalised
from recruit.trials.posting import store
from recruit.trials.posting.content import Content, Reviewed
from recruit.trials.posting.store import Posting
from recruit.web.language import language
from recruit.web.service import service
from recruit.web.sponsor.posting import organisation
from recruit.web.sponsor.rule_form import FOREIGN, Piece, Problems, as_json, field_of, posted
from recruit.web.sponsor.rule_moves import settled
from recruit.web.typed import typed

KINDS_OF_CRITERION: Final[dict[str, CriterionKind]] = {
    "inclusion": "inclusion",
    "exclusion": "exclusion",
}
NEW: Final = 0
"""Stands for the number of a criterion that has none yet."""


@dataclass(frozen=True, slots=True)
class Form:
    """A criterion as it stands in the form. `criterion` is its number, NEW where it has none.

    `focus` is the field, or the part of the rule, to look at first; `searched` the button by which
    terms were asked for there. `meanwhile` is what others changed since the revision `base`, None
    where nobody did.
    """

    posting: Posting
    criterion: int
    base: int
    kind: CriterionKind
    text: str
    root: Piece
    focus: str = ""
    searched: str = ""
    problems: Problems = field(default_factory=dict)
    meanwhile: tuple[Difference, ...] | None = None

    @property
    def writable(self) -> bool:
        """Whether the criterion's kind and words can be changed: no text, no registry has them."""
        if self.criterion == NEW:
            return True
        content = self.posting.content
        return rule.is_writable(content, found(content, self.criterion))

    @property
    def address(self) -> str:
        """Where the form is sent."""
        return address(self.posting.id, self.criterion)

    @property
    def back(self) -> str:
        """Where the criterion stands among all others."""
        return place(self.posting.id, self.criterion)


def address(posting: str, criterion: int) -> str:
    """Where the form of a criterion is sent."""
    if criterion == NEW:
        return url_for("sponsor_rule.send_new", number=posting)
    return url_for("sponsor_rule.send", number=posting, criterion=criterion)


def place(posting: str, criterion: int) -> str:
    """Where a criterion stands on the page with all of them."""
    mark = "" if criterion == NEW else f"#criterion-{criterion}"
    return f"/sponsor/trials/{posting}/criteria{mark}"


def is_number(text: str) -> bool:
    """Whether it is a whole number such as a database counts with."""
    return text.isascii() and text.isdecimal() and len(text) < len(str(LARGEST))


def sent(here: Posting, criterion: int) -> Form:
    """The form as it was sent.

    A criterion that was there when the form was opened, and has been removed since, comes back as
    a new one.

    Raises:
        NotFound: there is no such criterion, nor was there.
        WrongUsage: the form is none of ours.
    """
    kind, base = KINDS_OF_CRITERION.get(typed("kind")), typed("base")
    if kind is None or not is_number(base):
        raise WrongUsage(FOREIGN)
    form = Form(here, criterion, int(base), kind, "", settled(posted(request.form)))
    if criterion == NEW:
        return replace(form, text=_typed_text())
    kept = _kept(here.content, criterion)
    if kept is None:
        was = found(_opened(form), criterion)
        return replace(overtaken(form), text=_typed_text() or was.criterion.text)
    # Another's correction may have made the words writable while this form was open.
    if form.writable and "text" in request.form:
        return replace(form, text=_typed_text())
    return replace(form, kind=kept.criterion.kind, text=kept.criterion.text)


def _typed_text() -> str:
    return typed("text").replace("\r\n", "\n").strip()


def _kept(content: Content, criterion: int) -> Reviewed | None:
    return next((each for each in content.criteria if each.number == criterion), None)


def read(form: Form) -> tuple[Criterion | None, Problems]:
    """The criterion that the form stands for, or by field what is wrong with it."""
    problems: Problems = {}
    data = as_json(form.root, language(), problems)
    if problems:
        return None, problems
    try:
        criterion = Criterion(form.kind, form.text, decode(data, form.posting.id))
        rule.check(criterion, service().open_lexicon(), form.posting.id)
    except Refusal as refusal:
        return None, refused(form, refusal)
    return criterion, {}


def refused(form: Form, refusal: Refusal) -> Problems:
    """What a refusal says, at the field that it speaks of."""
    within_rule = refusal.field.partition(".")[0] == "rule"
    name = field_of(refusal.field, form.root) if within_rule else refusal.field
    words = capitalised(refusal.explain(language()))
    return {name: words if words.endswith(".") else f"{words}."}


def overtaken(form: Form) -> Form:
    """The same form upon the newest revision, with what others changed since it was opened."""
    with reading(service().engine) as session:
        newest = store.get(session, form.posting.id, organisation())
    changed = differences(_opened(form), newest.content, language(), service().open_lexicon())
    is_there = form.criterion == NEW or _kept(newest.content, form.criterion)
    return replace(
        form,
        posting=newest,
        base=newest.heading.revision,
        criterion=form.criterion if is_there else NEW,
        meanwhile=changed,
    )


def _opened(form: Form) -> Content:
    """What the posting held when the form was opened; now, where there was no such revision."""
    with reading(service().engine) as session:
        try:
            return store.revision(session, form.posting.id, form.base).content
        except NotFound:
            return form.posting.content
