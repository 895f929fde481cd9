"""What the funnel calls its parts and reasons, and what its figures say as a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from recruit.actions.following.outcomes import REASONS
from recruit.actions.following.stages import Stage
from recruit.actions.funnel.counts import By, Funnel, Part, Reached
from recruit.actions.funnel.endings import Costly, Ending, Whose
from recruit.actions.funnel.scope import Scope
from recruit.actions.funnel.steps import MEANINGS, WORDS, Step
from recruit.actions.outreach.reason_words import CHANNELS
from recruit.actions.questions import question
from recruit.actions.referring.prescreening import screening
from recruit.actions.reviewing.tables import Kind, No
from recruit.consent.choices import Channel
from recruit.core import written
from recruit.core.clock import today
from recruit.core.i18n import N_, translate
from recruit.people.facts import Profile
from recruit.referrals.paths import State
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from recruit.trials.centres import site_key
from recruit.trials.draft import SiteDraft
from recruit.trials.tables import TrialSite
from recruit.web.deciding_words import DECIDED, NOES
from recruit.web.following_words import STAGES, WHY
from recruit.web.sponsor.charts import Bar

BYS: Final = {
    By.TRIAL: N_("By study"),
    By.SITE: N_("By site"),
    By.CHANNEL: N_("By channel"),
    By.COMMUNITY: N_("By community"),
    By.LANGUAGE: N_("By language"),
    By.WEEK: N_("By week of the invitation"),
}
NOT_INVITED: Final = N_("Not invited yet")
NO_SITE: Final = N_("No site known")
OF_INVITATION: Final = frozenset({By.CHANNEL, By.LANGUAGE, By.WEEK})
NOBODY: Final = N_("Nobody has been matched yet.")
ALL_CAME: Final = N_("Everybody who was identified came all the way.")
LOST: Final = N_("Most people stop before “{step}”: {n} of {of} came that far.")
WHOSE: Final = {
    Whose.PERSON: N_("The person’s answer"),
    Whose.STAFF: N_("A reviewer’s decision"),
    Whose.PATH: N_("On the way to a site"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A step of the whole funnel in words: what share of the step before came on to it."""

    step: Step
    label: str
    meaning: str
    people: int
    share: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why people stopped, and how many."""

    whose: str
    words: str
    people: int


def finding(whole: Reached, language: str) -> str:
    """What a funnel comes to, in a sentence."""
    if not whole[Step.IDENTIFIED]:
        return translate(NOBODY, language)
    step = whole.lost_most
    if step is None:
        return translate(ALL_CAME, language)
    before = whole[Step(step - 1)]
    return translate(
        LOST,
        language,
        step=translate(WORDS[step], language),
        n=written.number(whole[step], language),
        of=written.number(before, language),
    )


def lines(whole: Reached, language: str) -> list[Line]:
    """Every step of a funnel."""
    return [
        Line(
            step,
            translate(WORDS[step], language),
            translate(MEANINGS[step], language),
            whole[step],
            percent(whole.share(step), language),
        )
        for step in Step
    ]


def bars(whole: Reached, language: str) -> list[Bar]:
    """The same as bars."""
    return [
        Bar(translate(WORDS[step], language), whole[step], written.number(whole[step], language))
        for step in Step
    ]


def percent(share: float | None, language: str) -> str:
    """16 % or 0.4 %; a dash for none. A space that does not break stands before the sign."""
    if share is None:
        return "–"
    figure = round(100 * share, 0 if share >= 0.1 or not share else 1)  # noqa: PLR2004 - one digit below ten
    return f"{written.number(figure, language)}\N{NO-BREAK SPACE}%"


def duration(taken: timedelta, language: str) -> str:
    """12 days or 5 hours, as people say it."""
    hours = round(taken / timedelta(hours=1))
    if hours < 48:  # noqa: PLR2004 - two days
        # Hours begun: what took a minute is within the first.
        words = N_("less than 1 hour") if hours == 1 else N_("{n} hours")
        return translate(words, language, n=hours)
    days = round(taken / timedelta(days=1))
    return translate(N_("{n} days"), language, n=written.number(days, language))


def parts(
    session: Session, found: Funnel, scope: Scope, titles: Mapping[str, str], language: str
) -> list[tuple[str, Part]]:
    """Every part with what it is called."""
    sites = _sites(session, scope) if found.by is By.SITE else {}
    return [(_named(part.key, found.by, titles, sites, language), part) for part in found.parts]


def reason(ending: Ending, criteria: Mapping[tuple[int, int], str], language: str) -> Reason:
    """A reason in words; `criteria` are a trial's by version and place, where it is one trial's."""
    whose = translate(WHOSE[ending.whose], language)
    match ending.whose:
        case Whose.PERSON:
            words = translate(WHY[ending.what], language)
        case Whose.STAFF:
            said = [translate(DECIDED[Kind(ending.what)], language)]
            if ending.reason:
                said.append(translate(NOES[No(ending.reason)], language))
            words = ": ".join(said) if language == "en" else "\N{NO-BREAK SPACE}: ".join(said)
        case Whose.PATH:
            words = _of_path(ending, criteria, language)
    return Reason(whose, words, ending.people)


def criteria_of(session: Session, trial: str) -> dict[tuple[int, int], str]:
    """The criteria of every version of a trial as they are written, by version and place."""
    return {
        (version.number, place): " ".join(criterion.text.split())
        for version in trials.history(session, trial)
        for place, criterion in enumerate(version.eligibility.criteria)
    }


def questions(
    session: Session, trial: str, found: tuple[Costly, ...], language: str, lexicon: Lexicon
) -> list[tuple[str, Costly]]:
    """Questions of a trial as people are asked them; one that is asked no more has no words."""
    eligibility = trials.get(session, trial).eligibility
    nobody = screening(eligibility, Profile(""), lexicon, today(), {})
    words = {
        each.key: (question(each.leaf, language, lexicon) if each.leaf else None)
        or " ".join(each.criterion.text.split())
        for each in nobody.open
    }
    gone = translate(N_("A question that is asked no more"), language)
    return [(words.get(each.key, gone), each) for each in found]


def _of_path(ending: Ending, criteria: Mapping[tuple[int, int], str], language: str) -> str:
    words = translate(STAGES[Stage(ending.what)], language)
    own = REASONS.get(State(ending.what), {})
    why = own.get(ending.reason) or WHY.get(ending.reason, "")
    said = translate(why, language)
    if ending.trial_version is not None and ending.criterion is not None:
        said = criteria.get(
            (ending.trial_version, ending.criterion),
            translate(N_("On a criterion"), language),
        )
    return f"{words} – {said}" if said else words


def _named(
    key: str,
    by: By,
    titles: Mapping[str, str],
    sites: Mapping[str, str],
    language: str,
) -> str:
    if not key:
        return translate(NOT_INVITED if by in OF_INVITATION else NO_SITE, language)
    match by:
        case By.TRIAL:
            said = titles.get(key, key)
        case By.SITE:
            said = sites.get(key) or translate(N_("A site of an earlier version"), language)
        case By.CHANNEL:
            said = translate(CHANNELS[Channel(key)], language)
        case By.LANGUAGE:
            said = written.tongue(key, language)
        case By.WEEK:
            day = written.day(date.fromisoformat(key), language)
            said = translate(N_("Week of {day}"), language, day=day)
        case By.COMMUNITY:
            said = key
    return said


def _sites(session: Session, scope: Scope) -> dict[str, str]:
    """What the sites of a scope's trials are called and where they are, by their keys."""
    query = select(
        col(TrialSite.name), col(TrialSite.city), col(TrialSite.postcode), col(TrialSite.country)
    )
    if scope.trials is not None:
        query = query.where(col(TrialSite.trial).in_(scope.trials))
    named = {}
    for name, city, postcode, country in session.execute(query.distinct()):
        place = " ".join(filter(None, (postcode, city)))
        key = site_key(SiteDraft(name, city, postcode, country))
        named[key] = ", ".join(filter(None, (name, place)))
    return named
