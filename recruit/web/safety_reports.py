"""`/safety`: possible adverse events, for the operator's own staff: the list, and one of them."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.catalogue import Worded, title
from recruit.actions.safety import alarms, cases, deciding, exporting, forwarding, known, writing
from recruit.actions.safety.exporting import Wanted
from recruit.actions.safety.forwarding import Forwarded
from recruit.actions.safety.held import Decision
from recruit.actions.safety.words import sections
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import reading
from recruit.core.errors import EditedMeanwhile, NotAllowed, Refusal
from recruit.core.i18n import LANGUAGES, N_
from recruit.people.accounts import Role
from recruit.trials import store as trials
from recruit.web.access import staff
from recruit.web.address import asked, asked_page
from recruit.web.language import language, say
from recruit.web.named import Named
from recruit.web.safety_said import CAME_BY, REASONS, SIGNS, STANDINGS, VAGUE, WAYS, clock, told
from recruit.web.service import service
from recruit.web.sessions import actor, check_ours, tenant
from recruit.web.typed import again, typed, typed_number

if TYPE_CHECKING:
    from recruit.referrals.safety import Sign

pages = Blueprint("safety_reports", __name__, url_prefix="/safety")

DONE: Final = "safety_done"
DISMISSED: Final = N_("It is written down that this is not an adverse event.")
REOPENED: Final = N_("It is open again, and its clock runs.")
JOINED: Final = N_("The words are part of report {number} now. Please write a new version of it.")
ADDED: Final = N_("The message is part of this report now. Please write a new version.")
FORWARDED: Final = N_("It is written down that version {version} was handed on.")
ACKNOWLEDGED: Final = N_("The acknowledgement is written down.")
MEANWHILE: Final = N_(
    "Somebody else was quicker, and nothing of yours was saved. This is how it stands now: please "
    "look at it, then do it again if it is still needed."
)
STAFF: Final = staff(Role.COORDINATOR, Role.ADMINISTRATOR)


@pages.get("")
@STAFF
def everything() -> str:
    """What waits, what is overdue first; or all there is."""
    if tenant() is not None:
        raise NotAllowed
    everything = asked("show") == "all"
    page, waiting = cases.show_list(
        service().engine, asked_page(), only_waiting=not everything, actor=actor()
    )
    with reading(service().engine) as database:
        studies = _studies(database, {each.trial for each in page.items if each.trial})
        is_heard = bool(alarms.readers(database))

    def address(number: int) -> str:
        kept: dict[str, Any] = {"show": "all"} if everything else {}
        return url_for("safety_reports.everything", page=number, **kept)

    return render_template(
        "safety.html",
        page=page,
        waiting=waiting,
        is_heard=is_heard,
        everything=everything,
        address=address,
        studies=studies,
        standings=STANDINGS,
        clock=clock,
        done=session.pop(DONE, None),
    )


@pages.get("/<row:number>")
@STAFF
def one(number: int) -> str:
    """One case: words, decision, report, what was done."""
    return _page(number, {})


@pages.post("/<row:number>/dismiss")
@STAFF
def dismiss(number: int) -> ResponseReturnValue:
    """Decide that it is not an adverse event."""
    check_ours()
    deed = partial(deciding.dismiss, *_by(number), typed("reason"), typed("words"))
    return _tried(number, deed, say(DISMISSED))


@pages.post("/<row:number>/reopen")
@STAFF
def reopen(number: int) -> ResponseReturnValue:
    """Open again what was dismissed."""
    check_ours()
    return _tried(number, partial(deciding.reopen, *_by(number)), say(REOPENED))


@pages.post("/<row:number>/join")
@STAFF
def join(number: int) -> ResponseReturnValue:
    """Decide that it belongs to another report of the same person."""
    check_ours()
    into = typed_number("into") or 0
    deed = partial(deciding.join, *_by(number), into)
    return _tried(number, deed, say(JOINED, number=into))


@pages.post("/<row:number>/words")
@STAFF
def add_word(number: int) -> ResponseReturnValue:
    """Add another message of the person to the report."""
    check_ours()
    return _tried(
        number, partial(writing.add_word, *_by(number), typed_number("heard") or 0), say(ADDED)
    )


@pages.post("/<row:number>/forward")
@STAFF
def forward(number: int) -> ResponseReturnValue:
    """Write down that the newest version was handed on."""
    check_ours()
    sent = Forwarded(typed_number("version") or 0, typed("to"), typed("way"), typed("answer"))
    deed = partial(forwarding.forward, *_by(number), sent)
    return _tried(number, deed, say(FORWARDED, version=sent.version))


@pages.post("/<row:number>/acknowledge")
@STAFF
def acknowledge(number: int) -> ResponseReturnValue:
    """Write down what the sponsor said to it."""
    check_ours()
    version, answer = typed_number("version") or 0, typed("acknowledged")
    deed = partial(forwarding.acknowledge, *_by(number), version, answer)
    return _tried(number, deed, say(ACKNOWLEDGED))


@pages.get("/<row:number>/<row:version>.xml")
@STAFF
def xml(number: int, version: int) -> ResponseReturnValue:
    """A version as ICH E2B(R3)."""
    check_ours()
    wanted = Wanted(number, version, actor(), now())
    engine, vault, settings = service().engine, service().secrets.vault, service().settings
    try:
        made = exporting.as_xml(engine, vault, settings, wanted)
    except Refusal as refusal:
        return _page(number, {refusal.field: refusal.explain(language())}), refusal.http_status
    return _file(made, "application/xml", f"safety-{number}-{version}.xml")


@pages.get(f"/<row:number>/<row:version>.<any({', '.join(LANGUAGES)}):look>.pdf")
@STAFF
def pdf(number: int, version: int, look: str) -> ResponseReturnValue:
    """A version as a PDF in a language."""
    check_ours()
    wanted = Wanted(number, version, actor(), now())
    engine, vault, settings = service().engine, service().secrets.vault, service().settings
    try:
        made = exporting.as_pdf(engine, vault, settings, wanted, look)
    except Refusal as refusal:
        return _page(number, {refusal.field: refusal.explain(language())}), refusal.http_status
    return _file(made, "application/pdf", f"safety-{number}-{version}-{look}.pdf")


def decision(number: int) -> Decision:
    """Who decides about a case now, as they saw it."""
    return Decision(number, typed_number("edit") or 0, actor(), now())


def _by(number: int) -> tuple[Engine, Keyring, Decision]:
    """What every decision about a case takes first."""
    return service().engine, service().secrets.vault, decision(number)


def _tried(number: int, deed: Callable[[], object], said: str) -> ResponseReturnValue:
    """Do something with a case; where that cannot be, its page as it is now, and why."""
    try:
        deed()
    except Refusal as refusal:
        return _page(number, {refusal.field: refusal.explain(language())}), refusal.http_status
    except EditedMeanwhile as error:
        return _page(number, {"main": say(MEANWHILE)}), error.http_status
    return _done(number, said)


def _page(number: int, problems: dict[str, str]) -> str:
    check_ours()
    engine, vault = service().engine, service().secrets.vault
    case = cases.show(engine, vault, number, actor=actor())
    with reading(engine) as database:
        trial = case.line.trial
        study = _studies(database, {trial})[trial] if trial else None
        sponsor, contacts = known.contacts(database, trial)
        named = Named(database)
        steps = [told(each, named(each.by)) for each in case.steps]
    return render_template(
        "safety_case.html",
        case=case,
        line=case.line,
        study=study,
        sponsor=sponsor,
        contacts=contacts,
        words=[(each, marked(each.text or "")) for each in case.words],
        stood_out=stood_out(each.text or "" for each in case.words),
        report=sections(case.newest.report, language()) if case.newest else [],
        standings=STANDINGS,
        steps=steps,
        reasons=[(each.value, say(words)) for each, words in REASONS.items()],
        ways=[(each.value, say(words)) for each, words in WAYS.items()],
        came_by=CAME_BY,
        clock=clock(case.line),
        problems=problems,
        typed={name: again(typed(name)) for name in ("words", "to", "answer", "acknowledged")},
        chosen={name: typed(name) for name in ("reason", "way")},
        done=session.pop(DONE, None),
    )


def marked(text: str) -> list[tuple[str, bool]]:
    """A text in pieces, and whether each is a sign of harm."""
    pieces: list[tuple[str, bool]] = []
    end = 0
    for sign in sorted(_apart(text), key=lambda each: each.start):
        pieces += [(text[end : sign.start], False), (text[sign.start : sign.end], True)]
        end = sign.end
    return [(piece, is_sign) for piece, is_sign in [*pieces, (text[end:], False)] if piece]


def stood_out(texts: Iterable[str]) -> list[str]:
    """What texts may tell of, in words: named kinds of harm first, what no table knows last."""
    kinds = {sign.kind.value: None for text in texts for sign in _apart(text)}
    return [say(SIGNS[kind]) for kind in sorted(kinds, key=VAGUE.__contains__)]


def _apart(text: str) -> list["Sign"]:
    """The signs of a text without those that lie in another one, named kinds of harm first.

    What stands out only because no table knows it would else hide what a table does know.
    """
    from recruit.referrals.safety import suspected  # noqa: PLC0415 - its lexicon takes time to load

    kept: list[Sign] = []
    for sign in sorted(suspected(text), key=lambda each: (each.kind in VAGUE, each.start)):
        if all(sign.end <= each.start or each.end <= sign.start for each in kept):
            kept.append(sign)
    return kept


def _studies(database: Session, numbers: set[str]) -> dict[str, Worded]:
    return {
        number: title(trials.get(database, number).draft, language()) for number in sorted(numbers)
    }


def _done(number: int, said: str) -> ResponseReturnValue:
    session[DONE] = said
    return redirect(url_for("safety_reports.one", number=number))


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(
        content, mimetype=kind, headers={"Content-Disposition": f"attachment; filename={name}"}
    )
