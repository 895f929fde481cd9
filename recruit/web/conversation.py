"""The page of one conversation: to read, or with what stands against what was just sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Final

from flask import render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.catalogue import STATES, title
from recruit.actions.inbox import holding
from recruit.actions.inbox.conversation import Conversation, Theirs, show
from recruit.actions.inbox.snippets import Snippet
from recruit.actions.inbox.stopping import Meant, Stopped
from recruit.actions.outreach.answer_table import How
from recruit.actions.outreach.conversations import last_day
from recruit.actions.safety.noticing import Standing as SuspicionStanding
from recruit.consent.choices import Channel
from recruit.core import clock
from recruit.core.db import reading
from recruit.core.i18n import LANGUAGES, N_
from recruit.notify.attached import Refused
from recruit.notify.stages import Wave
from recruit.trials.about import OPEN, UNSAID
from recruit.web.following_words import STAGES
from recruit.web.language import language, say
from recruit.web.named import Named
from recruit.web.safety_reports import marked
from recruit.web.service import service
from recruit.web.sessions import Visitor, actor
from recruit.web.typed import again

DONE: Final = "inbox_done"
WAYS: Final = {
    How.PAGE: N_("wrote on our page"),
    How.MAIL: N_("wrote by e-mail"),
    How.SMS: N_("wrote by text message"),
    How.LETTER: N_("wrote on paper"),
    How.PHONE: N_("said in a call"),
}
SENT_BY: Final = {
    Channel.EMAIL: N_("by e-mail"),
    Channel.SMS: N_("by text message"),
    Channel.LETTER: N_("by letter"),
    Channel.PHONE: N_("in a call"),
    None: N_("on their page"),
}
TELL: Final = {
    (Channel.PHONE, Channel.LETTER): N_(
        "This person has no channel left by which an answer goes: call them or write a letter."
    ),
    (Channel.PHONE,): N_(
        "This person has no channel left by which an answer goes: call them. They agree to no "
        "letter, or have no address for it."
    ),
    (Channel.LETTER,): N_(
        "This person has no channel left by which an answer goes: write a letter. They agree to no "
        "call, or have no number for it."
    ),
    (): N_(
        "This person has no channel left at all, not for a call or a letter either: they find the "
        "answer when they next sign in."
    ),
}
"""What to do where nobody tells the person that an answer waits on their page."""
WAVES: Final = {
    Wave.INVITATION: N_("Invitation"),
    Wave.REMINDER: N_("Reminder"),
    Wave.CLOSING: N_("News: the study is closed"),
    Wave.RESULTS: N_("News: the results"),
    Wave.QUESTION: N_("A question of ours"),
}
AUTOMATIC: Final = {
    "reply-received": N_(
        "Automatic answer: a person will read it; in an emergency call 15 or 112."
    ),
    "reply-help": N_("Automatic answer: who we are; in an emergency call 15 or 112."),
    "reply-stopped": N_("Automatic answer: no more messages this way."),
    "reply-yes": N_("Automatic answer: how it goes on after the yes."),
    "reply-noted": N_("Automatic answer: the answer is written down."),
}
REFUSED: Final = {
    Refused.LARGE: N_("not kept: larger than 5 megabytes"),
    Refused.ODD: N_("not kept: no PDF, JPEG, PNG or HEIC"),
    Refused.MANY: N_("not kept: more than ten files"),
    Refused.EMPTY: N_("not kept: empty"),
}
SUSPICIONS: Final = {
    SuspicionStanding.OPEN: N_("Possible adverse event: nobody has decided yet"),
    SuspicionStanding.DISMISSED: N_("A person decided: no adverse event"),
    SuspicionStanding.REPORTED: N_("A person decided: to be reported"),
    SuspicionStanding.JOINED: N_("A person decided: part of another report"),
}

STOPS: Final = {
    Meant.ALL: N_("Every message was stopped, as the person asks:"),
    Meant.STUDY: N_("Everything about this study was stopped, as the person asks:"),
}


@dataclass(frozen=True, slots=True)
class Form:
    """What the form of an answer holds: typed, or filled from an approved answer."""

    key: str
    language: str
    snippet: int | None
    words: str
    on_page: bool


def page(
    who: Visitor,
    number: int,
    problems: Mapping[str, str],
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> ResponseReturnValue:
    """A conversation, with what stands against what was just sent, if anything does."""
    moment, engine = clock.now(), service().engine
    shown = show(engine, service().secrets.vault, number, moment, actor=actor())
    with reading(engine) as database:
        names, named = holding.colleagues(database), Named(database)
        stoppers = {each.by: named(each.by) for each in shown.items if isinstance(each, Stopped)}
    said = render_template(
        "inbox_conversation.html",
        talk=shown,
        account=who.id,
        names=names,
        kinds={each: type(each).__name__ for each in shown.items},
        marked={
            each.heard.number: _marked(each) for each in shown.items if isinstance(each, Theirs)
        },
        study=title(shown.study, language()) if shown.study else None,
        is_closed=shown.study is not None and shown.study.status not in OPEN | UNSAID,
        states=STATES,
        stages=STAGES,
        ways=WAYS,
        sent_by=SENT_BY,
        tell=TELL[shown.left],
        waves=WAVES,
        automatic=AUTOMATIC,
        refused=REFUSED,
        suspicions=SUSPICIONS,
        stops=STOPS,
        stoppers=stoppers,
        last_day=last_day,
        form=_form(shown),
        at=moment,
        problems=problems,
        address=_address,
        done=session.pop(DONE, None),
    )
    return said, status if problems else HTTPStatus.OK


def _form(shown: Conversation) -> Form:
    """What was typed; else the approved answer that was chosen, in the person's language."""
    tongue = request.values.get("language", shown.language)
    tongue = tongue if tongue in LANGUAGES else shown.language
    number = request.values.get("snippet", None, type=int)
    chosen = next((each for each in shown.snippets if each.number == number), None)
    if request.method == "POST" and "words" in request.form:
        return Form(
            key=request.form.get("key", "") or token_urlsafe(24),
            language=tongue,
            snippet=chosen.number if chosen else None,
            words=again(request.form["words"]),
            on_page="on_page" in request.form,
        )
    return Form(
        key=token_urlsafe(24),
        language=tongue,
        snippet=chosen.number if chosen else None,
        words=_text(chosen, tongue),
        on_page=False,
    )


def _text(chosen: Snippet | None, tongue: str) -> str:
    return chosen.used.texts[tongue] if chosen and chosen.used else ""


def _address(number: int, snippet: Snippet) -> str:
    """The page with an approved answer in its form."""
    return url_for("inbox.one", number=number, snippet=snippet.number, _anchor="answer")


def _marked(theirs: Theirs) -> list[tuple[str, bool]]:
    """The words in pieces, those that may tell of an adverse event marked."""
    text = theirs.heard.text
    return [(text, False)] if theirs.suspicion is None else marked(text)


def told(sentence: str, channel: Channel | None) -> str:
    """A sentence with how an answer went."""
    return say(sentence, how=say(SENT_BY[channel]))
