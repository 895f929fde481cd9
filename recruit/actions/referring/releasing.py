"""A person chooses a site and lets it have their contact details, and takes that back.

Two things are needed: the choice of site and of how to be reached, and then a yes of its own, in a
box that was empty, beside everything that would be given. The site sees nothing before it.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.confirming import Hand, confirm, listed
from recruit.actions.outreach import withdrawing
from recruit.actions.outreach.withdrawing import Stopping
from recruit.actions.referring.answering import finished, stand
from recruit.actions.visits.released import is_released, own, stands
from recruit.actions.visits.sites import near, release
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.choices import Choice
from recruit.consent.evidence import Controls, Evidence
from recruit.consent.notices import Notice
from recruit.core.clock import now, today
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.matching.outcome import Hierarchy
from recruit.people.vault import Item, Vault
from recruit.referrals import paths
from recruit.referrals.paths import AT_SITE, OUTCOMES, Path, State

METHOD: Final = "own page of the study, one click"
SOURCE: Final = "own page of the study"
# How a site may reach somebody, and what of the vault that needs.
WAYS: Final = {"phone": Item.PHONE, "email": Item.EMAIL}
TIMES: Final = ("morning", "noon", "afternoon", "evening")
NO_SITE: Final = N_("Please choose one of the study centres.")
NO_WAY: Final = N_("Please choose how the centre may reach you.")
LONGEST_NAME: Final = 120
LONG_NAME: Final = N_("Please write a name of at most 120 letters.")
OPEN_QUESTIONS: Final = N_("Please answer the questions first. “I do not know” is an answer.")
TRY_AGAIN: Final = N_("This could not be kept just now. Please try again in a minute.")
OVER: Final = N_("Your way in this study has ended. The study centre can tell you more.")
KNOWN_THERE: Final = AT_SITE | {State.UNREACHABLE}
READY: Final = (KNOWN_THERE | {State.PRESCREENED, State.WITHDRAWN}) - OUTCOMES

SPOKEN_WITH: Final = frozenset({State.CONTACTED, State.SCREENING})


@dataclass(frozen=True, slots=True)
class Reach:
    """How and at which times of the day somebody wants to be reached: words of WAYS and TIMES.

    `name` is what the site is to call them; "" leaves it as it is.
    """

    way: str
    times: Collection[str]
    name: str = field(default="", repr=False)


def choose_site(  # noqa: PLR0913 - who chooses what, by name
    engine: Engine, keyring: Keyring, hand: Hand, *, trial: str, site: str, lexicon: Hierarchy
) -> None:
    """Keep the site that the person chose. One that had their contact details has them no more.

    Raises:
        Refusal: it is no site that looks for people, or questions are open.
        NotFound: the person has no path in this trial.
    """
    with unit_of_work(engine) as session:
        own(session, trial, hand.person)
        now_at = finished(
            session, stand(session, trial, hand.person, lexicon, today()), hand.audited
        )
        path = now_at.path
        _check_ready(path)
        if site not in {each.key for each in near(now_at.version.draft, now_at.profile.home)}:
            raise Refusal(record="", field="site", problem=NO_SITE)
        if path.site and path.site != site and path.state in KNOWN_THERE:
            _end(session, keyring, hand, path)
        path = paths.held(session, trial, hand.person)
        paths.choose(session, path, site=site, way=path.way, times=path.times)
        _record(session, Tag.REACH_CHOSEN, hand, trial)


def choose_reach(engine: Engine, keyring: Keyring, hand: Hand, trial: str, reach: Reach) -> None:
    """Keep how the person wants to be reached, once they are asked.

    A site that had their contact details has them no more when the way or the name is another one:
    what it sees is what the person said yes to, and this is asked anew.

    Raises:
        Refusal: they have no such contact point, or it is no way or time that is offered.
        NotFound: the person has no path in this trial.
    """
    with unit_of_work(engine) as session:
        path = own(session, trial, hand.person)
        _check_ready(path)
        known = Vault(keyring).read(session, hand.person)
        if WAYS.get(reach.way) not in known or not set(reach.times) <= set(TIMES):
            raise Refusal(record="", field="way", problem=NO_WAY)
        name = _plain(reach.name) or known.get(Item.NAME, "")
        shows_more = reach.way != path.way or name != known.get(Item.NAME, "")
        if path.state in KNOWN_THERE and shows_more:
            _end(session, keyring, hand, path)
            path = paths.held(session, trial, hand.person)
        if reach.name:
            Vault(keyring).keep(session, {hand.person: {Item.NAME: name}})
        times = [each for each in TIMES if each in reach.times]
        paths.choose(session, path, site=path.site, way=reach.way, times=times)
        _record(session, Tag.REACH_CHOSEN, hand, trial)


def give(  # noqa: PLR0913 - who says yes to what, in view of which notice and site
    engine: Engine, keyring: Keyring, hand: Hand, *, trial: str, site: str, notice: Notice
) -> str | None:
    """Let `site`, which was shown, have the contact details; the receipt's number.

    None where it had them already.

    Raises:
        Refusal: the person has chosen another site meanwhile, or has not said how to be reached.
        NotFound: the person has no path in this trial.
    """
    with unit_of_work(engine) as session:
        path = own(session, trial, hand.person)
        _check_ready(path)
        if path.site is None or path.site != site:
            raise Refusal(record="", field="site", problem=NO_SITE)
        vault = Vault(keyring)
        if WAYS.get(path.way or "") not in vault.read(session, hand.person):
            raise Refusal(record="", field="way", problem=NO_WAY)
        if is_released(session, path, now()) or path.state in SPOKEN_WITH:
            return None
        choice = release(trial, site)
        receipt = _granted(session, hand, choice, notice)
        if not stands(session, path):  # a no on record is later than this yes: a clock was set back
            raise Refusal(record="", field="agree", problem=TRY_AGAIN)
        paths.step(session, path, State.RELEASED, now(), hand.audited, site=site)
        fields = {"choices": listed([choice], hand.language), "receipt": receipt or ""}
        confirm(session, vault, hand, "released", fields)
        _record(session, Tag.RELEASED, hand, trial)
        return receipt


def take_back(engine: Engine, keyring: Keyring, hand: Hand, trial: str) -> bool:
    """Let the site see the contact details no more; False where it did not."""
    with unit_of_work(engine) as session:
        path = own(session, trial, hand.person)
        return path.state in KNOWN_THERE and _end(session, keyring, hand, path)


def _plain(name: str) -> str:
    written = " ".join(name.split())
    if len(written) > LONGEST_NAME or not written.isprintable():
        raise Refusal(record="", field="name", problem=LONG_NAME)
    return written


def _end(session: Session, keyring: Keyring, hand: Hand, path: Path) -> bool:
    choice = release(path.trial, path.site or "")
    return withdrawing.end(session, Vault(keyring), Stopping(hand, METHOD, (choice,))) is not None


def _granted(session: Session, hand: Hand, choice: Choice, notice: Notice) -> str | None:
    proof = Evidence(
        purposes=(choice,),
        notice=notice.digest,
        notice_version=notice.version,
        language=notice.language,
        at=now(),
        method="boxes",
        source=SOURCE,
        controls=Controls.UNTICKED,
    )
    return ledger.answer(session, hand.person, proof, (), hand.actor)


def _check_ready(path: Path) -> None:
    if path.state in OUTCOMES:
        raise Refusal(record="", field="questions", problem=OVER)
    if path.state not in READY:
        raise Refusal(record="", field="questions", problem=OPEN_QUESTIONS)


def _record(session: Session, tag: Tag, hand: Hand, trial: str) -> None:
    trail.record(session, tag, actor=hand.audited, subject=hand.person, new=trial)
