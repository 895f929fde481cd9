"""Whatever person, site and clock do in whatever order: one stage, with consent, and a reason.

The real actions run on SQLite. Beside them a list of what was said is kept, without a look at how a
path works: what the person allows at each moment, and where the last deed has led. After each deed
every step is looked at that was written by it.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path as Folder
from typing import ClassVar

import pytest
import time_machine
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, func, select

from recruit.actions.audit import expire_consents
from recruit.actions.following import contacting, outcomes, overdue
from recruit.actions.following.contacting import Desk
from recruit.actions.following.outcomes import CRITERION, REASONS, Outcome
from recruit.actions.following.overdue import Whose
from recruit.actions.following.stages import Stage, stage_of, standings
from recruit.actions.outreach import answers, withdrawing
from recruit.actions.outreach.answers import Answer, Answering, How
from recruit.actions.outreach.withdrawing import Stopping
from recruit.actions.referring import releasing
from recruit.actions.referring.releasing import Reach
from recruit.actions.visits.sites import release
from recruit.consent import ledger, notices
from recruit.consent.choices import Choice, Purpose
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import RecruitError
from recruit.referrals import paths
from recruit.referrals.paths import AT_SITE, AWAY, OUTCOMES, Failure, State
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from recruit.trials.centres import site_key
from recruit.trials.draft import TrialStatus
from tests.erasing import erase
from tests.following import ZONE, deal, hand, on_the_way, seen, staff
from tests.inventing import MORE
from tests.outreach import OWN, RING, VOICE, agreement
from tests.referring import LYON, PARIS, SUGAR, path_of
from tests.web_world import empty_database

START = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
PAST_RELEASE = (AT_SITE | OUTCOMES | {State.UNREACHABLE}) - {State.RELEASED}
WENT_ON = {State.RELEASED, State.CONTACTED, State.SCREENING}
SITE_SAYS = (State.CONTACTED, State.SCREENING, State.ENROLLED, *REASONS)


class Following(RuleBasedStateMachine):
    """One person, a site that works on them, and a clock."""

    engine: ClassVar[Engine]
    lexicon: ClassVar[Lexicon]
    desk: ClassVar[Desk]
    living: ClassVar[set[str]] = set()
    erased: ClassVar[list[str]] = []

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(START, tick=False)
        self.time = self.clock.start()
        self.somebody_comes()

    def somebody_comes(self) -> None:
        """Somebody new, on their way while the study looks for people everywhere."""
        self.closed: set[str] = set()
        self.is_over = False
        self.published()
        name = f"person{len(self.living) + len(self.erased)}"
        self.person = on_the_way(self.engine, self.lexicon, name)
        self.living.add(self.person)
        self.known = len(self.steps())

    def published(self) -> None:
        """What the registry says now: which sites look for people, and whether the study does."""
        sites = tuple(
            replace(site, status=TrialStatus.COMPLETED) if site_key(site) in self.closed else site
            for site in SUGAR.sites
        )
        status = TrialStatus.TERMINATED if self.is_over else SUGAR.status
        with unit_of_work(self.engine) as session:
            trials.save(session, replace(SUGAR, sites=sites, status=status), self.lexicon)

    def teardown(self) -> None:
        self.clock.stop()

    @property
    def is_allowed(self) -> bool:
        """Whether the person has said yes to the site that they chose, and not taken it back."""
        said, until = self.last_said()
        return said in {"granted", "reconfirmed"} and (until is None or now() < until)

    def last_said(self) -> tuple[str | None, datetime | None]:
        """The last that was said of the site, and until when it holds."""
        site = path_of(self.engine, self.person).site
        with reading(self.engine) as session:
            history = ledger.history(session, self.person)
        said: tuple[str | None, datetime | None] = (None, None)
        for event in history:
            of_site = event["purpose"] == "release" and event["scope"].endswith(f"/{site}")
            if (of_site or event["purpose"] == "") and event["type"] not in {"paused", "resumed"}:
                said = event["type"], event["valid_until"]
        return said

    def steps(self) -> list[paths.Step]:
        with reading(self.engine) as session:
            return paths.steps(session, path_of(self.engine, self.person))

    # ------------------------------------------------------------ the person
    @rule()
    def takes_back(self) -> None:
        with suppress(RecruitError):
            releasing.take_back(self.engine, RING, hand(self.person), SUGAR.id)

    @rule()
    def takes_everything_back(self) -> None:
        withdrawing.stop(self.engine, RING, Stopping(hand(self.person), "own page", None))

    @rule()
    def lets_studies_be_looked_for(self) -> None:
        proof = agreement(Choice(Purpose.MATCHING))
        with unit_of_work(self.engine) as session:
            ledger.grant(session, [(self.person, proof)], OWN)

    @rule(answer=st.sampled_from((Answer.YES, Answer.NOT_NOW, Answer.NEVER_THIS)))
    def answers(self, answer: Answer) -> None:
        said = Answering(hand(self.person), SUGAR.id, answer, How.PAGE, now())
        with suppress(RecruitError):
            answers.answer(self.engine, RING, said)

    @rule(site=st.sampled_from((PARIS, LYON)))
    def releases(self, site: str) -> None:
        who = hand(self.person)
        with suppress(RecruitError):
            deal(self.engine, self.lexicon, self.person)
            releasing.choose_site(
                self.engine, RING, who, trial=SUGAR.id, site=site, lexicon=self.lexicon
            )
            releasing.choose_reach(self.engine, RING, who, SUGAR.id, Reach("email", ()))
            notice = notices.current("fr")
            releasing.give(self.engine, RING, who, trial=SUGAR.id, site=site, notice=notice)

    @rule(on=st.booleans())
    def pauses(self, *, on: bool) -> None:
        with unit_of_work(self.engine) as session:
            if on:
                ledger.pause(session, self.person, None, OWN)
            else:
                ledger.resume(session, self.person, OWN)

    @rule(hours=st.sampled_from((1, 30)))
    def agrees_for_a_while(self, hours: int) -> None:
        site = path_of(self.engine, self.person).site or PARIS
        proof = replace(agreement(release(SUGAR.id, site)), at=now())
        ends = now() + timedelta(hours=hours)
        with unit_of_work(self.engine) as session:
            ledger.grant(session, [(self.person, replace(proof, valid_until=ends))], OWN)

    @rule()
    def has_run_out_and_that_is_written_down(self) -> None:
        expire_consents(self.engine, VOICE, actor="job")
        said, _ = self.last_said()
        if said == "expired":
            assert path_of(self.engine, self.person).state not in WENT_ON

    @rule()
    def is_erased(self) -> None:
        mark = seen(self.engine, self.person)
        erase(self.engine, self.person)
        for state in SITE_SAYS:
            reason = next(iter(REASONS.get(state, {})), "")
            with pytest.raises(RecruitError):
                outcomes.report(self.engine, VOICE, self.desk, mark, Outcome(state, reason))
        self.living.remove(self.person)
        self.erased.append(self.person)
        self.somebody_comes()

    # ------------------------------------------------------------ the study
    @rule(site=st.sampled_from((PARIS, LYON)))
    def a_site_closes_or_opens_again(self, site: str) -> None:
        self.closed ^= {site}
        self.published()

    @rule()
    def the_study_ends_or_goes_on(self) -> None:
        self.is_over = not self.is_over
        self.published()

    # ------------------------------------------------------------ the site
    @rule(state=st.sampled_from(SITE_SAYS), choice=st.integers(-1, 3))
    def reports(self, state: State, choice: int) -> None:
        known = ["", *REASONS.get(state, {})]
        outcome = Outcome(state, known[min(choice + 1, len(known) - 1)])
        if state is State.SCREEN_FAILURE and choice > 1:
            outcome = Outcome(state, CRITERION, Failure(1, choice))
        with suppress(RecruitError):
            mark = seen(self.engine, self.person)
            outcomes.report(self.engine, VOICE, self.desk, mark, outcome)

    @rule()
    def calls(self) -> None:
        with suppress(RecruitError):
            contacting.call_in_vain(self.engine, self.desk, seen(self.engine, self.person))

    @rule()
    def undoes(self) -> None:
        with suppress(RecruitError):
            contacting.undo(self.engine, self.desk, seen(self.engine, self.person))

    @rule(hours=st.sampled_from((1, 20)))
    def waits(self, hours: int) -> None:
        self.time.shift(timedelta(hours=hours))

    # ------------------------------------------------------------ the law
    @invariant()
    def stands_at_one_stage(self) -> None:
        with reading(self.engine) as session:
            query = standings(now(), person=self.person).subquery()
            assert session.scalar(select(func.count()).select_from(query)) == 1
            stage = stage_of(session, SUGAR.id, self.person, now())
            path = path_of(self.engine, self.person)
            assert stage == Stage(path.state.value)
            assert paths.standing(session, path)[-1].state is path.state
            lines = overdue.everyone(session, Whose(None, ZONE, now()))
            for gone in self.erased:
                assert paths.of_person(session, gone) == []
        assert sum(line.people for line in lines) == len(self.living)
        self.time.shift(timedelta(seconds=1))  # no two deeds are of the same moment

    @invariant()
    def skips_no_consent_and_leaves_with_a_reason(self) -> None:
        taken = self.steps()
        fresh, self.known = taken[self.known :], len(taken)
        for each in fresh:
            if each.state in PAST_RELEASE:
                assert self.is_allowed, each
            if each.state is State.RELEASED and each.undoes is None:
                assert not self.is_over, each
                assert each.site not in self.closed, each
            assert each.reason or each.state not in AWAY, each
        said, _ = self.last_said()
        if said not in {"granted", "reconfirmed"}:  # what ran out ends the way by the next night
            assert path_of(self.engine, self.person).state not in WENT_ON


def test_one_stage_with_consent_and_a_reason(tmp_path: Folder, lexicon: Lexicon) -> None:
    engine = empty_database(tmp_path)
    Following.engine, Following.lexicon = engine, lexicon
    Following.desk = Desk(None, f"account {staff(engine)}", ZONE)
    Following.living, Following.erased = set(), []
    run_state_machine_as_test(
        Following,
        settings=settings(
            max_examples=4 * MORE,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            phases=(Phase.generate,),  # making a failure small takes minutes of commits
            suppress_health_check=list(HealthCheck),
        ),
    )
    engine.dispose()
