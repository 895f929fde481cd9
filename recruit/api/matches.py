"""`/api/v1/matches`: a coordinator's queue, under pseudonyms, decided by the pages' own action."""

from datetime import datetime, time
from http import HTTPStatus
from typing import Any

from recruit.actions.evidence import evidence
from recruit.actions.outreach.reason_words import REASONS
from recruit.actions.questions import questions
from recruit.actions.reviewing.deciding import Outcome, Whose, Wish, decide
from recruit.actions.reviewing.detail import Judgement, judge_match
from recruit.actions.reviewing.front import show_queue
from recruit.actions.reviewing.hindrance_words import HAPPENED
from recruit.actions.reviewing.lines import Line
from recruit.actions.reviewing.looked_at import Hindrance
from recruit.actions.reviewing.misread import Misread
from recruit.actions.reviewing.tables import Kind, No, Wrong
from recruit.actions.reviewing.undoing import undo
from recruit.actions.reviewing.wanted import Look, Pile, Wanted
from recruit.api import cursors, examples
from recruit.api.access import caller
from recruit.api.operation import NUMBER, Told, asks, blueprint, operation, takes
from recruit.api.parts import parts
from recruit.api.problems import asked_language
from recruit.api.schemas.matches import (
    DecidedSchema,
    MatchesQuerySchema,
    MatchesSchema,
    MatchSchema,
    WishSchema,
)
from recruit.core.clock import today
from recruit.core.errors import NotFound, RecruitError
from recruit.core.i18n import N_, translate
from recruit.criteria.phrase import phrase
from recruit.matching.outcome import CriterionOutcome, Verdict
from recruit.people.scopes import Scope

matches = blueprint("matches", "Matches to judge, under pseudonyms.")


class Hindered(RecruitError):
    """Nothing was decided; `problem` says what stood in the way."""

    sentence = N_("{problem}")
    http_status = 409

    def __init__(self, hindrance: Hindrance, reason: str) -> None:
        super().__init__(hindrance=hindrance, reason=reason)
        self.hindrance = hindrance
        self.reason = reason

    def say(self, language: str) -> str:
        """What happened, and which gate is shut."""
        said = (HAPPENED[self.hindrance], self.reason)
        return " ".join(translate(each, language) for each in said if each)


@operation(
    matches,
    "GET",
    "/matches",
    scope=Scope.MATCHES_READ,
    summary="List matches, best first",
    told=Told(MatchesSchema, examples.MATCHES),
    fails=(400, 422),
)
@asks(matches, MatchesQuerySchema)
def list_matches(asked: dict[str, Any]) -> dict[str, Any]:
    """The queue as its page shows it: who stands in it was seen, and that is recorded."""
    verdict = asked.get("verdict")
    wanted = Wanted(
        study=asked.get("study"),
        site=asked.get("site"),
        verdict=Verdict(verdict) if verdict else None,
        km=asked.get("km"),
        unknowns=asked.get("unknowns"),
        waiting=asked.get("waiting"),
        search=asked.get("search", "").upper(),
        pile=Pile(asked["state"]),
        start=cursors.number(asked),
        tenant=caller().organisation,
    )
    queue = show_queue(parts().engine, wanted, _look(), actor=caller().actor).queue
    items = [_line(each) for each in queue.lines]
    return {**cursors.page(items, queue.later), "total": queue.total, "more": queue.more}


@operation(
    matches,
    "GET",
    f"/matches/<{NUMBER}:match>",
    scope=Scope.MATCHES_READ,
    summary="Read a match, criterion by criterion",
    told=Told(MatchSchema, examples.MATCH),
    fails=(404, 410),
)
def read_match(match: int) -> dict[str, Any]:
    """Judged today; that somebody read it is recorded."""
    look, organisation = _look(), caller().organisation
    return _judged(
        judge_match(
            parts().engine, match=match, tenant=organisation, look=look, actor=caller().actor
        )
    )


@operation(
    matches,
    "POST",
    f"/matches/<{NUMBER}:match>/decision",
    scope=Scope.MATCHES_DECIDE,
    summary="Decide about a match that somebody looked at",
    told=Told(DecidedSchema, examples.DECIDED, HTTPStatus.CREATED),
    fails=(404,),
)
@takes(matches, WishSchema, examples.WISH)
def decide_match(given: dict[str, Any], match: int) -> tuple[dict[str, Any], int]:
    """No program decides by itself: whoever’s key this is answers for it."""
    outcome = decide(parts().engine, parts().means, _whose(match), _wish(given))
    return _told(outcome), HTTPStatus.CREATED


@operation(
    matches,
    "DELETE",
    f"/matches/<{NUMBER}:match>/decision/<{NUMBER}:number>",
    scope=Scope.MATCHES_DECIDE,
    summary="Take a decision back, as long as nothing has left",
    told=Told(None, status=HTTPStatus.NO_CONTENT),
    fails=(404, 409, 422),
)
def undo_decision(match: int, number: int) -> None:
    """The match waits again."""
    _told(undo(parts().engine, parts().means, _whose(match), number))


def _whose(match: int) -> Whose:
    return Whose(match, caller().actor, caller().organisation)


def _wish(given: dict[str, Any]) -> Wish:
    kind, reason = Kind(given["decision"]), given.get("reason")
    why = No(reason) if reason and kind is Kind.NO else None
    criterion, wrong, day = given.get("criterion"), given.get("wrong"), given.get("until")
    misread = None
    if why is No.MISREAD and criterion is not None and wrong:
        misread = Misread(criterion, Wrong(wrong), given["words"])
    return Wish(
        kind,
        reason=why,
        misread=misread,
        until=datetime.combine(day, time(), parts().zone) if day and kind is Kind.NOT_NOW else None,
        criterion=criterion if kind is Kind.ASK else None,
    )


def _told(outcome: Outcome) -> dict[str, Any]:
    if outcome.hindrance is Hindrance.GONE:
        raise NotFound(what="match", identifier="")
    if outcome.hindrance:
        raise Hindered(outcome.hindrance, REASONS[outcome.reason] if outcome.reason else "")
    return {
        "number": outcome.decision,
        "match": outcome.match,
        "person": outcome.person,
        "trial": outcome.trial,
        "leaves_at": outcome.when,
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "id": line.id,
        "person": line.pseudonym,
        "trial": line.slug,
        "study": line.study.text,
        "site": line.site,
        "km": line.km,
        "verdict": line.verdict.value,
        "fulfilled": line.tally.held,
        "against": line.tally.against,
        "open": line.tally.unknown,
        "open_question": line.why.text if line.why else None,
        "state": line.state.value,
        "since": line.since,
        "in_hand": line.in_hand is not None and line.in_hand.by != caller().actor,
    }


def _judged(found: Judgement) -> dict[str, Any]:
    row, stands = found.row, found.stands
    decided = stands and {
        "number": stands.id,
        "decision": stands.kind.value,
        "at": stands.at,
        "until": stands.until,
    }
    return {
        "id": row.id,
        "person": row.person,
        "trial": row.trial,
        "trial_version": row.trial_version,
        "verdict": found.outcome.judgement.verdict.value,
        "language": found.text_language,
        "criteria": [
            {"criterion": place, **_criterion(each, found)}
            for place, each in enumerate(found.outcome.criteria)
        ],
        "decided": decided,
    }


def _criterion(outcome: CriterionOutcome, found: Judgement) -> dict[str, Any]:
    language, lexicon = asked_language(), parts().open_lexicon()
    facts = evidence(outcome, found.profile, language, lexicon)
    return {
        "kind": outcome.criterion.kind,
        "text": " ".join(outcome.criterion.text.split()),
        "sentence": phrase(outcome.criterion.rule, language, lexicon),
        "holds": outcome.holds.name.lower(),
        "because": list(dict.fromkeys(leaf.why.value for leaf in outcome.leaves)),
        "facts": [{"words": each.words, "origin": each.origin} for each in facts],
        "questions": list(questions(outcome, language, lexicon)),
    }


def _look() -> Look:
    return Look(today(), asked_language(), parts().open_lexicon())
