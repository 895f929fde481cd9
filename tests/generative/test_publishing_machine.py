"""Whoever does what with a posting in whatever order: nobody publishes what they had a hand in.

`Model` keeps, in the words of the promise, who had a hand in what is not public yet, and says of
each deed whether it must succeed. What is public is compared with what was signed after each.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count
from typing import ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine

from recruit.actions.posting import closing, publishing
from recruit.actions.posting.closing import Closing
from recruit.actions.posting.publishing import Signed, Whose
from recruit.core.db import reading
from recruit.core.errors import RecruitError
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from recruit.trials.draft import TrialStatus
from recruit.trials.materials.content import Channel
from recruit.trials.posting import publications, store
from recruit.trials.posting.publications import Deed
from recruit.trials.posting.store import Life
from tests.inventing import MORE
from tests.publishing import DRAFT, approve_text, edit, now_of, ready

ACCOUNTS = [f"account {number}" for number in range(1, 5)]
WHO = st.sampled_from(ACCOUNTS)
NUMBERS = count(1)
ENDED = Closing(TrialStatus.COMPLETED, "It is done")
STATUS = {
    Life.OPEN: TrialStatus.RECRUITING,
    Life.PAUSED: TrialStatus.SUSPENDED,
    Life.CLOSED: TrialStatus.COMPLETED,
}


@dataclass
class Model:
    """Where the posting stands. `hands` are those who may not approve what is not public yet."""

    hands: set[str] = field(default_factory=lambda: {ACCOUNTS[0]})
    revision: int = 1
    submitter: str | None = None
    public: int | None = None
    life: Life = Life.OPEN
    asked: tuple[Deed, str, int] | None = None
    signed: Signed = Signed(0, "")  # noqa: RUF009 - it is never changed

    @property
    def runs(self) -> bool:
        return self.public is not None and self.life is Life.OPEN


class Machine(RuleBasedStateMachine):
    """One posting and four accounts."""

    engine: ClassVar[Engine]
    lexicon: ClassVar[Lexicon]

    def __init__(self) -> None:
        super().__init__()
        self.trial = f"NCT9{next(NUMBERS):07}"
        draft = replace(DRAFT, id=self.trial)
        self.posting = ready(self.engine, self.lexicon, draft=draft, author=ACCOUNTS[0])
        approve_text(self.engine, self.posting, Channel.CLOSING)
        self.model = Model()

    def whose(self, who: str) -> Whose:
        return Whose(self.posting, None, who)

    def comes_to(self, deed: Callable[[], object], *, good: bool) -> bool:
        """Do it: it succeeds exactly when the model says so."""
        try:
            deed()
        except RecruitError:
            assert not good
            return False
        assert good
        return True

    @rule(who=WHO)
    def write(self, who: str) -> None:
        found = edit(self.engine, self.posting, who, title=f"Sugar {next(NUMBERS)}")
        self.model.hands.add(who)
        self.model.revision, self.model.submitter = found.heading.revision, None

    @rule(who=WHO, late=st.booleans())
    def submit(self, who: str, *, late: bool) -> None:
        model = self.model
        base = model.revision - late
        good = not (late or model.submitter or model.public == base or model.life is Life.CLOSED)
        if self.comes_to(
            lambda: publishing.submit(
                self.engine, self.lexicon, self.whose(who), base=base, confirmed=True
            ),
            good=good,
        ):
            newest = now_of(self.engine, self.posting).newest
            model.submitter, model.signed = who, Signed(newest.number, newest.digest)

    @rule(who=WHO)
    def send_back(self, who: str) -> None:
        model = self.model
        deed = publishing.send_back
        if self.comes_to(
            lambda: deed(self.engine, self.whose(who), model.signed, reason="Not like this"),
            good=model.submitter is not None,
        ):
            model.submitter = None

    @rule(who=WHO, forged=st.booleans())
    def approve(self, who: str, *, forged: bool) -> None:
        model = self.model
        own = who in model.hands | {model.submitter}
        signed = replace(model.signed, digest="0" * 64) if forged else model.signed
        deed = publishing.approve
        if self.comes_to(
            lambda: deed(self.engine, self.lexicon, self.whose(who), signed),
            good=model.submitter is not None and not own and not forged,
        ):
            model.public, model.submitter, model.hands = model.revision, None, set()

    @rule(who=WHO)
    def pause(self, who: str) -> None:
        deed = closing.pause
        if self.comes_to(
            lambda: deed(self.engine, self.lexicon, self.whose(who), reason="Harm"),
            good=self.model.runs,
        ):
            self.model.life = Life.PAUSED

    @rule(who=WHO)
    def ask_to_resume(self, who: str) -> None:
        model = self.model
        if self.comes_to(
            lambda: closing.ask_to_resume(self.engine, self.whose(who), reason="It was nothing"),
            good=model.life is Life.PAUSED and model.asked is None,
        ):
            model.asked = (Deed.RESUMING_ASKED, who, model.public or 0)

    @rule(who=WHO)
    def ask_to_close(self, who: str) -> None:
        model = self.model
        waits = model.asked is not None and model.asked[0] is Deed.CLOSING_ASKED
        open_yet = model.public is not None and model.life is not Life.CLOSED
        if self.comes_to(
            lambda: closing.ask_to_close(self.engine, self.whose(who), ENDED),
            good=open_yet and not waits,
        ):
            model.asked = (Deed.CLOSING_ASKED, who, model.public or 0)

    @rule(who=WHO)
    def grant(self, who: str) -> None:
        model, asked = self.model, self._asked()
        wanted, asker, revision = model.asked or (None, who, 0)
        if self.comes_to(
            lambda: closing.grant(self.engine, self.lexicon, self.whose(who), asked=asked),
            good=wanted is not None and who != asker and revision == model.public,
        ):
            closes = wanted is Deed.CLOSING_ASKED
            model.life, model.asked = (Life.CLOSED if closes else Life.OPEN), None
            model.submitter = None if closes else model.submitter

    @rule(who=WHO)
    def decline(self, who: str) -> None:
        asked = self._asked()
        if self.comes_to(
            lambda: closing.decline(self.engine, self.whose(who), asked=asked, reason="No"),
            good=self.model.asked is not None,
        ):
            self.model.asked = None

    @invariant()
    def the_posting_stands_where_the_model_says(self) -> None:
        heading = now_of(self.engine, self.posting).heading
        assert (heading.published, heading.life) == (self.model.public, self.model.life)
        assert (heading.submitted is not None) == (self.model.submitter is not None)

    @invariant()
    def what_is_public_is_what_somebody_else_signed(self) -> None:
        with reading(self.engine) as session:
            done = publications.deeds(session, self.posting)
            last = next((each for each in done if each.deed is Deed.PUBLISHED), None)
            if last is None:
                assert self.trial not in trials.known(session)
                return
            earlier = [each.revision for each in done if each.deed is Deed.PUBLISHED][1:]
            signed = store.revision(session, self.posting, last.revision)
            authors = {
                each.author
                for each in store.revisions(session, self.posting, after=max(earlier, default=0))
                if each.number <= last.revision
            }
            public = trials.get(session, self.trial).draft
        assert (last.revision, last.digest) == (self.model.public, signed.digest)
        assert last.author not in authors
        assert public.title == signed.content.draft.title
        assert public.status is STATUS[self.model.life]

    def _asked(self) -> int:
        with reading(self.engine) as session:
            found = publications.asked(publications.deeds(session, self.posting))
        return found.sequence if found else 0


def test_nobody_publishes_what_they_had_a_hand_in(engine: Engine, lexicon: Lexicon) -> None:
    Machine.engine, Machine.lexicon = engine, lexicon
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=4 * MORE,
            stateful_step_count=30,
            deadline=None,
            phases=(Phase.explicit, Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )
