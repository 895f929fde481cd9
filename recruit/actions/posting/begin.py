"""A posting begins: from a registry, a file, pasted text, a form, or a trial that is stored.

Whatever is slow, asking a registry and reading a text, is done before the transaction.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.posting.criteria import check_number
from recruit.audit.trail import Tag, record
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound, RecruitError, Refusal
from recruit.core.i18n import N_
from recruit.core.tokens import ALPHABET, PSEUDONYM_LENGTH
from recruit.criteria.eligibility import Criterion, leaves
from recruit.criteria.nodes import Unparsed
from recruit.terminology.lexicon import Lexicon
from recruit.trials import looks, registry, tenants
from recruit.trials import store as trials
from recruit.trials.checks import LONGEST_ID
from recruit.trials.draft import LONGEST_TEXT, Tongue, TrialDraft
from recruit.trials.posting import store
from recruit.trials.posting.content import Content, Reviewed, Standing
from recruit.trials.posting.reading import begun
from recruit.trials.sources.recognise import drafts
from recruit.trials.sources.uploads import read_upload
from recruit.trials.tables import Trial

# Our own numbers are nobody's registry number: a trial under another posting's would be that one.
OURS: Final = re.compile(rf"{store.LETTER}-[{ALPHABET}]{{{PSEUDONYM_LENGTH}}}")
SPACES: Final = N_("this must be 1 to {limit} characters without spaces")


class AlreadyPosted(RecruitError):
    """The organisation has a posting of this trial; its number is in `posting`."""

    sentence = N_("{number} has been posted already: {posting}.")
    http_status = 409

    def __init__(self, *, number: str, posting: str) -> None:
        super().__init__(number=number, posting=posting)
        self.posting = posting


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody types to begin with. `number` is the registry's, where there is one."""

    title: str
    language: Tongue
    number: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Beginner:
    """Who begins a posting, for which organisation; None is the operator's own staff."""

    author: str
    organisation: int | None


def by_number(engine: Engine, lexicon: Lexicon, number: str, by: Beginner) -> str:
    """Begin with what the registry of `number` says today; the posting's own number.

    Raises:
        AlreadyPosted: by the same organisation.
        WrongUsage, NotFound, Unreachable, Refusal: as `registry.fetch`, with little patience.
        Refusal: the registry answered with another trial, or with one that cannot be taken.
    """
    asked = number.strip().upper()
    with reading(engine) as session:
        _refuse_twice(session, asked, by.organisation)
    for draft in drafts(registry.fetch(asked, registry.HASTY), unfinished=True):
        if isinstance(draft, Refusal):
            raise draft
        if asked not in {draft.id, *draft.registry_ids}:
            problem = N_("the registry answered with another trial")
            raise Refusal(record=asked, field="answer", problem=problem)
        return _keep(engine, lexicon, draft, None, by, way="registry")
    raise NotFound(what="trial", identifier=asked)


def by_upload(engine: Engine, lexicon: Lexicon, name: str, data: bytes, by: Beginner) -> str:
    """Begin with the one trial that a file holds; the posting's own number.

    Raises:
        AlreadyPosted: by the same organisation.
        Refusal: as `read_upload`.
    """
    draft, criteria = read_upload(name, data, lexicon)
    if draft.id:
        draft = replace(draft, id=own_number(draft.id))
    return _keep(engine, lexicon, draft, criteria, by, way="upload")


def by_words(engine: Engine, lexicon: Lexicon, words: Words, by: Beginner) -> str:
    """Begin with what was typed, be it nearly nothing; the posting's own number.

    Raises:
        AlreadyPosted: by the same organisation.
        Refusal: a number or a text that cannot be.
    """
    if len(words.text) > LONGEST_TEXT:
        problem = N_("longer than {limit} characters")
        raise Refusal(record="", field="text", problem=problem, limit=f"{LONGEST_TEXT:,}")
    draft = TrialDraft(
        id=own_number(words.number) if words.number.strip() else "",
        criteria=words.text,
        language=words.language,
        title=words.title,
    )
    return _keep(engine, lexicon, draft, None, by, way="paste" if words.text else "form")


def take_up(engine: Engine, lexicon: Lexicon, trial: str, by: Beginner) -> str:
    """Begin with a stored trial that the organisation sees, as it stands; the posting's number.

    Raises:
        NotFound: there is none, or it is another organisation's.
        AlreadyPosted: it has a posting.
    """
    with reading(engine) as session:
        if not trial.isprintable() or not sees(session, trial, by.organisation):
            raise NotFound(what="trial", identifier="")
        draft = trials.get(session, trial).draft
    return _keep(engine, lexicon, draft, None, by, way="stored")


def sees(session: Session, trial: str, organisation: int | None) -> bool:
    """Whether a stored trial is one that somebody of `organisation` sees."""
    if organisation is None:
        return session.get(Trial, trial) is not None
    assigned = tenants.of(organisation).where(tenants.TRIAL_ORGANISATION.c.trial == trial)
    return session.scalar(assigned) is not None


def own_number(written: str) -> str:
    """A trial's registry number as somebody wrote it; registries' own in capitals.

    Raises:
        Refusal: it can be none.
    """
    number = written.strip()
    if registry.registry_of(number.upper()):
        return number.upper()
    if not number.isprintable() or " " in number or not 0 < len(number) <= LONGEST_ID:
        raise Refusal(record="", field="number", problem=SPACES, limit=LONGEST_ID)
    if OURS.fullmatch(number.upper()):
        problem = N_("this is a number of our own; a registry’s number belongs here")
        raise Refusal(record="", field="number", problem=problem)
    return number


def posted(session: Session, trial: str, organisation: int | None) -> str | None:
    """The number of the posting of a trial that somebody of `organisation` sees, if there is."""
    found = (each.id for each in store.of(session, organisation) if each.trial == trial)
    return next(found, None)


def wholly_read(criterion: Criterion) -> bool:
    """Whether every part of a criterion's text has become a rule."""
    return not any(isinstance(leaf, Unparsed) for leaf in leaves(criterion.rule))


def _refuse_twice(session: Session, trial: str, organisation: int | None) -> None:
    other = posted(session, trial, organisation)
    if other is not None:
        raise AlreadyPosted(number=trial, posting=other)


def _keep(  # noqa: PLR0913 - what begins, where, by whom, and how it came
    engine: Engine,
    lexicon: Lexicon,
    draft: TrialDraft,
    criteria: tuple[Criterion, ...] | None,
    by: Beginner,
    *,
    way: str,
) -> str:
    posting = store.new_id()
    draft = replace(draft, id=draft.id or posting)
    content = begun(draft, lexicon) if criteria is None else _structured(draft, criteria)
    check_number(content)
    with unit_of_work(engine) as session:
        # The trail's lock lets in one after another: who clicks twice has one posting.
        read = f"{len(content.criteria)} criteria"
        record(session, Tag.POSTING_BEGUN, actor=by.author, subject=posting, reason=way, new=read)
        _refuse_twice(session, draft.id, by.organisation)
        store.begin(session, posting, content, organisation=by.organisation, author=by.author)
        if way == "registry":
            looks.looked(session, [draft.id], now())
    return posting


def _structured(draft: TrialDraft, criteria: tuple[Criterion, ...]) -> Content:
    """Rules as a file has them: somebody wrote them, and no reading of the text replaces them."""
    return Content(
        draft,
        tuple(
            Reviewed(number, each, Standing.CORRECTED if wholly_read(each) else Standing.READ)
            for number, each in enumerate(criteria, start=1)
        ),
    )
