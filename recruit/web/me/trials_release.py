"""Choosing a site and how to be reached, then a yes of its own before anything is handed over."""

from typing import Final

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.fact_lines import line
from recruit.actions.referring import releasing
from recruit.actions.referring.answering import Stand
from recruit.actions.referring.prescreening import becomes_fact
from recruit.actions.referring.releasing import TIMES, WAYS, Reach
from recruit.actions.referring.replies import options, wording
from recruit.actions.visits.sites import near
from recruit.consent import notices
from recruit.core.db import reading
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.matching.outcome import Attribute
from recruit.people.facts import Source
from recruit.people.representatives import Kind
from recruit.people.vault import Item
from recruit.referrals.asked import SILENT
from recruit.web.access import participant
from recruit.web.language import language, say
from recruit.web.me.trials import Standing, after, hand, keyring, standing
from recruit.web.service import service
from recruit.web.typed import again, typed
from recruit.web.whom import acting, in_person, whose

pages = Blueprint("my_release", __name__, url_prefix="/me/trials/<path:slug>")

DONE: Final = N_("Thank you. The study centre may now see what you allowed.")
KEPT: Final = N_("The study centre can see your details already.")
NOT_TICKED: Final = N_("Please tick the box, or leave this page: then nothing is given.")
OTHER_NOTICE: Final = N_("The notice has changed. Please look at it once more, then send it again.")
WAY_WORDS: Final = {"phone": N_("By phone"), "email": N_("By e-mail")}
TIME_WORDS: Final = {
    "morning": N_("In the morning"),
    "noon": N_("At midday"),
    "afternoon": N_("In the afternoon"),
    "evening": N_("Early in the evening"),
}


@pages.get("/site")
@participant
def site(slug: str) -> ResponseReturnValue:
    """The sites that look for people, the nearest first."""
    look = standing(whose(), slug)
    return _unanswered(slug, look) or _site_page(slug, look, {})


@pages.post("/site")
@participant
def choose_site(slug: str) -> ResponseReturnValue:
    """Keep the choice; it shows nobody anything."""
    person, chosen = whose(), typed("site")
    try:
        releasing.choose_site(
            service().engine,
            keyring(),
            hand(person),
            trial=slug,
            site=chosen,
            lexicon=service().open_lexicon(),
        )
    except Refusal as refusal:
        look = standing(person, slug)
        problems = {"site": say(refusal.problem)}
        return _unanswered(slug, look) or (_site_page(slug, look, problems), 422)
    return redirect(url_for("my_release.reach", slug=slug))


@pages.get("/reach")
@participant
def reach(slug: str) -> ResponseReturnValue:
    """How and when the site may reach the person."""
    look = standing(whose(), slug)
    if look.site is None:
        return redirect(url_for("my_release.site", slug=slug))
    path = look.stand.path
    return _reach_page(slug, path.way or "", path.times, {})


@pages.post("/reach")
@participant
def choose_reach(slug: str) -> ResponseReturnValue:
    """Keep it; it shows nobody anything."""
    person, way = whose(), typed("way")
    times = tuple(each for each in TIMES if typed(f"time-{each}"))
    try:
        releasing.choose_reach(
            service().engine,
            keyring(),
            hand(person),
            slug,
            Reach(way, times, typed("name").strip() if _may_name() else ""),
        )
    except Refusal as refusal:
        return _reach_page(slug, way, times, {refusal.field: say(refusal.problem)}), 422
    return redirect(url_for("my_release.confirm", slug=slug))


@pages.get("/confirm")
@participant
def confirm(slug: str) -> ResponseReturnValue:
    """Exactly what would be given to whom, and an empty box."""
    person = in_person()
    look = standing(person, slug)
    if look.site is None or not _where(person, look):
        return redirect(url_for("my_release.reach", slug=slug))
    return _confirm_page(slug, person, look, {})


@pages.post("/confirm")
@participant
def give(slug: str) -> ResponseReturnValue:
    """Let the site that was shown have it."""
    person = in_person()
    look, notice = standing(person, slug), notices.current(language())
    if look.site is None:
        return redirect(url_for("my_release.site", slug=slug))
    problems = {}
    if typed("agree") != "yes":
        problems["agree"] = say(NOT_TICKED)
    elif typed("notice") != notice.digest:
        problems["agree"] = say(OTHER_NOTICE)
    if problems:
        return _confirm_page(slug, person, look, problems), 422
    try:
        receipt = releasing.give(
            service().engine,
            keyring(),
            hand(person),
            trial=slug,
            site=typed("site"),
            notice=notice,
        )
    except Refusal as refusal:
        return _confirm_page(slug, person, look, {"agree": say(refusal.problem)}), 422
    return after(slug, DONE if receipt else KEPT)


def _unanswered(slug: str, look: Standing) -> ResponseReturnValue | None:
    """To the questions that are open, before anything else."""
    return redirect(url_for("my_questions.start", slug=slug)) if look.stand.screening.open else None


def _site_page(slug: str, look: Standing, problems: dict[str, str]) -> str:
    found = near(look.stand.version.draft, look.stand.profile.home)
    chosen = typed("site") or look.stand.path.site or ""
    return render_template(
        "me/trials/site.html",
        slug=slug,
        sites=found,
        chosen=chosen,
        released=look.released,
        now_at=look.site,
        problems=problems,
    )


def _reach_page(slug: str, way: str, times: tuple[str, ...], problems: dict[str, str]) -> str:
    with reading(service().engine) as database:
        known = service().vault.read(database, whose())
    return render_template(
        "me/trials/reach.html",
        slug=slug,
        ways=[
            (value, say(WAY_WORDS[value]), known[item])
            for value, item in WAYS.items()
            if item in known
        ],
        missing=[value for value, item in WAYS.items() if item not in known],
        way=way,
        times=[(value, say(words), value in times) for value, words in TIME_WORDS.items()],
        name=again(typed("name")) or known.get(Item.NAME, ""),
        may_change=acting() is None,
        may_name=_may_name(),
        released=standing(whose(), slug).released,
        problems=problems,
    )


def _may_name() -> bool:
    """What somebody is called is theirs to say, or a guardian's; no relative changes it."""
    link = acting()
    return link is None or link.kind is Kind.GUARDIAN


def _confirm_page(slug: str, person: str, look: Standing, problems: dict[str, str]) -> str:
    path, known = look.stand.path, _known(person)
    return render_template(
        "me/trials/confirm.html",
        slug=slug,
        site=look.site,
        handed_on=look.handed_on,
        name=known.get(Item.NAME, ""),
        way=say(WAY_WORDS[path.way or "phone"]),
        where=_where(person, look),
        times=[say(TIME_WORDS[each]) for each in path.times],
        answers=told(look.stand),
        released=look.released,
        notice=notices.current(language()),
        problems=problems,
    )


def told(stand: Stand) -> list[str]:
    """What a site reads of somebody's answers, line by line."""
    lexicon = service().open_lexicon()
    facts = dict.fromkeys(fact for each in stand.screening.criteria for fact in each.facts)
    lines = [
        str(line(fact, language(), lexicon))
        for fact in facts
        if not isinstance(fact, Attribute) and fact.source is not Source.DERIVED
    ]
    for question in stand.screening.dealt:
        given = stand.given[question.key]
        words = dict(options(question, language())).get(given)
        by_itself = question.leaf is None or not becomes_fact(question.leaf)
        if by_itself and words and given not in SILENT:
            asked = wording(question, language(), lexicon)
            lines.append(say(N_("{question} {answer}"), question=asked, answer=words))
    return list(dict.fromkeys(lines))


def _known(person: str) -> dict[Item, str]:
    with reading(service().engine) as database:
        return dict(service().vault.read(database, person))


def _where(person: str, look: Standing) -> str:
    item = WAYS.get(look.stand.path.way or "")
    return _known(person).get(item, "") if item else ""
