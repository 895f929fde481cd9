"""The questions of a study, one a page: each answer is saved at once, and each may be left out."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.referring import answering
from recruit.actions.referring.answering import Stand
from recruit.actions.referring.prescreening import Judged, Question
from recruit.actions.referring.replies import reason, wording
from recruit.core.errors import NotFound
from recruit.core.i18n import N_
from recruit.criteria.eligibility import leaves
from recruit.criteria.nodes import Not, Unparsed
from recruit.criteria.phrase import phrase
from recruit.web.access import participant
from recruit.web.language import language
from recruit.web.me.question_form import read, shown
from recruit.web.me.trials import standing
from recruit.web.service import service
from recruit.web.typed import again, typed
from recruit.web.whom import audit_actor, whose

pages = Blueprint("my_questions", __name__, url_prefix="/me/trials/<path:slug>/questions")


@pages.get("")
@participant
def start(slug: str) -> ResponseReturnValue:
    """On to the first question that is open, or to what the answers mean."""
    return _onward(slug, standing(whose(), slug).stand)


@pages.get("/done")
@participant
def done(slug: str) -> ResponseReturnValue:
    """What the answers mean: never a verdict."""
    look = standing(whose(), slug)
    if look.stand.screening.open:
        return redirect(url_for("my_questions.start", slug=slug))
    return render_template(
        "me/trials/done.html",
        slug=slug,
        look=look,
        against=_said(look.stand.screening.against()),
        dealt=look.stand.screening.dealt,
        nothing_said=look.stand.has_said_nothing,
        wording=_wording,
    )


@pages.get("/<key>")
@participant
def ask(slug: str, key: str) -> str:
    """One question: in plain words, why it is asked, and two ways to say nothing."""
    now_at = standing(whose(), slug).stand
    return _page(slug, now_at, _question(now_at, key), {})


@pages.post("/<key>")
@participant
def answer(slug: str, key: str) -> ResponseReturnValue:
    """Save the answer, and go on to the next question."""
    person = whose()
    now_at = standing(person, slug).stand
    question = _question(now_at, key)
    answered = read(question)
    if isinstance(answered, dict):
        return _page(slug, now_at, question, answered), 422
    after = answering.answer(
        service().engine,
        trial=slug,
        person=person,
        reply=answered,
        lexicon=service().open_lexicon(),
        by=audit_actor(),
    )
    if after.screening.against(key):
        return redirect(url_for("my_questions.may_not_fit", slug=slug, key=key))
    return _onward(slug, after)


@pages.get("/<key>/may-not-fit")
@participant
def may_not_fit(slug: str, key: str) -> ResponseReturnValue:
    """Say kindly and at once that a study asks for something else; the site decides anyway."""
    now_at = standing(whose(), slug).stand
    against = now_at.screening.against(key)
    if not against:
        return redirect(url_for("my_questions.start", slug=slug))
    return render_template(
        "me/trials/may_not_fit.html",
        slug=slug,
        key=key,
        against=_said(against),
        left=len(now_at.screening.open),
    )


def _onward(slug: str, now_at: Stand) -> ResponseReturnValue:
    if now_at.screening.open:
        following = now_at.screening.open[0].key
        return redirect(url_for("my_questions.ask", slug=slug, key=following))
    return redirect(url_for("my_questions.done", slug=slug))


def _question(now_at: Stand, key: str) -> Question:
    found = now_at.screening.question(key)
    if found is None:
        raise NotFound(what=N_("question"), identifier=key)
    return found


def _wording(question: Question) -> str:
    return wording(question, language(), service().open_lexicon())


def _said(against: list[Judged]) -> list[str]:
    """What a study asks for instead, as sentences."""
    lexicon = service().open_lexicon()
    said = []
    for each in against:
        rule = each.criterion.rule
        if any(isinstance(leaf, Unparsed) for leaf in leaves(rule)):
            said.append(" ".join(each.criterion.text.split()))
        else:
            asked = Not(rule) if each.criterion.kind == "exclusion" else rule
            said.append(phrase(asked, language(), lexicon))
    return list(dict.fromkeys(said))


def _page(slug: str, now_at: Stand, question: Question, problems: dict[str, str]) -> str:
    screening, lexicon = now_at.screening, service().open_lexicon()
    dealt = [each.key for each in screening.dealt]
    number = dealt.index(question.key) + 1 if question.key in dealt else len(dealt) + 1
    before = dealt[number - 2] if number > 1 else None
    chosen = again(typed("answer")) if request.method == "POST" else _before(now_at, question)
    return render_template(
        "me/trials/question.html",
        slug=slug,
        why=reason(question, language(), lexicon),
        number=number,
        total=len(dealt) + len(screening.open),
        back=before,
        answered=question.key in dealt,
        **shown(question, chosen, problems),
    )


def _before(now_at: Stand, question: Question) -> str:
    """What was chosen before, to be shown again."""
    return now_at.given.get(question.key, "")
