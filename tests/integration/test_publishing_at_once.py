"""Approving while somebody else does something: on both databases, by threads of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import Engine

from recruit.actions.posting import closing, publishing
from recruit.actions.posting.public_version import Elsewhere, Unassigned
from recruit.actions.posting.publishing import NotReady, OwnWork, Signed, Whose
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import EditedMeanwhile, RecruitError
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from recruit.trials.draft import TrialStatus
from recruit.trials.posting import publications, store
from recruit.trials.posting.publications import Deed
from recruit.trials.posting.store import Change, Life
from tests.publishing import AUTHOR, DRAFT, SECOND, THIRD, edit, now_of, ready, tenant

ROUNDS = 6


def submitted(engine: Engine, lexicon: Lexicon, posting: str) -> Signed:
    newest = now_of(engine, posting).newest
    whose = Whose(posting, None, AUTHOR)
    publishing.submit(engine, lexicon, whose, base=newest.number, confirmed=True)
    return Signed(newest.number, newest.digest)


def approval(
    engine: Engine, lexicon: Lexicon, posting: str, signed: Signed, author: str = SECOND
) -> Callable[[], int]:
    """Somebody's approval, to be given in a moment."""
    return partial(publishing.approve, engine, lexicon, Whose(posting, None, author), signed)


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """What each came to, when all begin at the same moment: an error of ours, or what it gave."""
    start = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> object:
        start.wait()
        try:
            return deed()
        except RecruitError as error:
            return error

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def versions(engine: Engine) -> int:
    with reading(engine) as session:
        return len(trials.history(session, DRAFT.id))


def test_of_two_approvals_at_once_one_publishes(engine: Engine, lexicon: Lexicon) -> None:
    posting = ready(engine, lexicon)
    for number in range(1, ROUNDS + 1):
        edit(engine, posting, AUTHOR, title=f"Sugar {number}")
        signed = submitted(engine, lexicon, posting)
        came = at_once(
            *(approval(engine, lexicon, posting, signed, each) for each in (SECOND, THIRD))
        )
        assert sorted(type(each).__name__ for each in came) == ["EditedMeanwhile", "int"]
        assert versions(engine) == number
    with reading(engine) as session:
        done = publications.deeds(session, posting)
    assert sum(each.deed is Deed.PUBLISHED for each in done) == ROUNDS


def test_what_is_edited_while_it_is_approved_is_public_as_it_was_signed_or_not_at_all(
    engine: Engine, lexicon: Lexicon
) -> None:
    posting = ready(engine, lexicon)
    for number in range(ROUNDS):
        signed = submitted(engine, lexicon, posting)
        title = now_of(engine, posting).content.draft.title
        approved, changed = at_once(
            approval(engine, lexicon, posting, signed),
            partial(edit, engine, posting, AUTHOR, title=f"Sugar {number}"),
        )
        assert not isinstance(changed, RecruitError)
        heading = now_of(engine, posting).heading
        if isinstance(approved, EditedMeanwhile):
            assert heading.published != signed.revision
        else:
            assert heading.published == signed.revision
            with reading(engine) as session:
                assert trials.get(session, DRAFT.id).draft.title == title


def test_an_approver_who_edits_in_another_tab_approves_nothing_of_it(
    engine: Engine, lexicon: Lexicon
) -> None:
    posting = ready(engine, lexicon)
    for number in range(ROUNDS):
        edit(engine, posting, AUTHOR, title=f"Theirs {number}")
        signed = submitted(engine, lexicon, posting)
        before = now_of(engine, posting).heading.published
        approved, _ = at_once(
            approval(engine, lexicon, posting, signed),
            partial(edit, engine, posting, SECOND, title=f"Mine {number}"),
        )
        refused = isinstance(approved, EditedMeanwhile)
        assert now_of(engine, posting).heading.published == (before if refused else signed.revision)
        # Their own words wait for somebody else.
        again = submitted(engine, lexicon, posting)
        with pytest.raises(OwnWork):
            publishing.approve(engine, lexicon, Whose(posting, None, SECOND), again)
        publishing.approve(engine, lexicon, Whose(posting, None, THIRD), again)


def test_two_organisations_that_publish_one_number_at_once_are_one(
    engine: Engine, lexicon: Lexicon
) -> None:
    postings = [ready(engine, lexicon, organisation=tenant(engine, name)) for name in ("A", "B")]
    signed = [submitted(engine, lexicon, each) for each in postings]
    came = at_once(
        *(approval(engine, lexicon, *each) for each in zip(postings, signed, strict=True))
    )
    refused = [each for each in came if isinstance(each, Elsewhere | NotReady | Unassigned)]
    assert (len(refused), versions(engine)) == (1, 1)
    public = [now_of(engine, each).heading.published for each in postings]
    assert sorted(map(str, public)) == ["1", "None"]


def test_a_trial_that_is_paused_while_an_amendment_is_approved_ends_up_at_rest(
    engine: Engine, lexicon: Lexicon
) -> None:
    for number in range(ROUNDS):
        trial = f"NCT0000010{number}"
        posting = ready(engine, lexicon, draft=replace(DRAFT, id=trial))
        approval(engine, lexicon, posting, submitted(engine, lexicon, posting))()
        edit(engine, posting, AUTHOR, title="Sugar by day")
        signed = submitted(engine, lexicon, posting)
        pause = partial(closing.pause, engine, lexicon, Whose(posting, None, THIRD), reason="Harm")
        at_once(approval(engine, lexicon, posting, signed), pause)
        assert now_of(engine, posting).heading.life is Life.PAUSED
        with reading(engine) as session:
            assert trials.get(session, trial).draft.status is TrialStatus.SUSPENDED


def test_an_approval_waits_for_an_author_who_is_saving(engine: Engine, lexicon: Lexicon) -> None:
    posting = ready(engine, lexicon)
    signed = submitted(engine, lexicon, posting)
    with ThreadPoolExecutor(1) as pool:
        with unit_of_work(engine) as session:
            held = store.held(session, posting, None)
            approved = pool.submit(approval(engine, lexicon, posting, signed))
            draft = replace(held.content.draft, title="Sugar by day")
            content = replace(held.content, draft=draft)
            store.change(session, held, content, base=1, author=AUTHOR, change=Change.DETAILS)
            assert not wait([approved], timeout=0.3).done
        with pytest.raises(EditedMeanwhile):
            approved.result()
    assert now_of(engine, posting).heading.published is None
