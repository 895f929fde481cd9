"""`/api/v1/trials/<trial>/criteria`: what was read, corrected as in the editor of rules."""

from http import HTTPStatus
from typing import Any

from recruit.actions.posting import criteria as deeds
from recruit.actions.posting import rule as editor
from recruit.actions.posting.editing import Edit
from recruit.actions.posting.rule import Written
from recruit.api import examples
from recruit.api.access import caller
from recruit.api.etags import seen_revision, tagged
from recruit.api.operation import NUMBER, Told, blueprint, operation, takes
from recruit.api.parts import parts
from recruit.api.problems import asked_language
from recruit.api.repeatable import done
from recruit.api.schemas.trials import (
    CriteriaSchema,
    CriterionSchema,
    StandingSchema,
    WrittenSchema,
)
from recruit.api.trials import LARGEST, posting_of
from recruit.criteria.codec import encode
from recruit.criteria.decoding import decode_rule
from recruit.criteria.phrase import phrase
from recruit.people.scopes import Scope
from recruit.trials.posting.content import Reviewed, Standing
from recruit.trials.posting.store import Posting

criteria = blueprint("criteria", "The criteria of a trial, each a rule.", largest=LARGEST)

Shown = tuple[dict[str, Any], int, dict[str, str]]


@operation(
    criteria,
    "GET",
    "/trials/<trial>/criteria",
    scope=Scope.TRIALS_READ,
    summary="Read the criteria of a trial, each with its rule",
    told=Told(CriteriaSchema, examples.CRITERIA),
    fails=(404,),
    tagged=True,
)
def list_criteria(trial: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The newest revision, which the ETag names."""
    found = posting_of(trial)
    items = [_said(each) for each in found.content.criteria]
    return {"items": items}, tagged(found.heading.revision)


@operation(
    criteria,
    "POST",
    "/trials/<trial>/criteria",
    scope=Scope.TRIALS_WRITE,
    summary="Add a criterion that stands nowhere in the trial’s text",
    told=Told(CriterionSchema, examples.CRITERION, HTTPStatus.CREATED),
    fails=(404,),
    tagged=True,
)
@takes(criteria, WrittenSchema, examples.WRITTEN)
def add_criterion(given: dict[str, Any], trial: str) -> Shown:
    """A rule that accepts a person about whom nothing is known is refused."""
    edit = _edit(trial)
    number = editor.add(parts().engine, parts().open_lexicon(), edit, _written(given, trial))
    done()
    return _one(posting_of(trial), number, HTTPStatus.CREATED)


@operation(
    criteria,
    "PUT",
    f"/trials/<trial>/criteria/<{NUMBER}:number>",
    scope=Scope.TRIALS_WRITE,
    summary="Correct the rule of a criterion",
    told=Told(CriterionSchema, examples.CRITERION),
    fails=(400, 404, 422),
    tagged=True,
)
@takes(criteria, WrittenSchema, examples.WRITTEN)
def correct_criterion(given: dict[str, Any], trial: str, number: int) -> Shown:
    """As the editor of rules does."""
    engine, lexicon = parts().engine, parts().open_lexicon()
    return _one(
        editor.correct(engine, lexicon, _edit(trial), number, _written(given, trial)), number
    )


@operation(
    criteria,
    "PUT",
    f"/trials/<trial>/criteria/<{NUMBER}:number>/standing",
    scope=Scope.TRIALS_WRITE,
    summary="Accept a criterion, or leave it to the person or the site",
    told=Told(CriterionSchema, examples.CRITERION),
    fails=(400, 404, 422),
    tagged=True,
)
@takes(criteria, StandingSchema, {"standing": "accepted"})
def decide_criterion(given: dict[str, Any], trial: str, number: int) -> Shown:
    """“read” takes a decision back."""
    standing = Standing(given["standing"])
    engine, lexicon = parts().engine, parts().open_lexicon()
    return _one(deeds.decide(engine, lexicon, _edit(trial), number, standing), number)


@operation(
    criteria,
    "DELETE",
    f"/trials/<trial>/criteria/<{NUMBER}:number>",
    scope=Scope.TRIALS_WRITE,
    summary="Take a criterion away; the revision before still has it",
    told=Told(None, status=HTTPStatus.NO_CONTENT),
    fails=(404,),
    tagged=True,
)
def remove_criterion(trial: str, number: int) -> tuple[None, dict[str, str]]:
    """The answer’s ETag names the new revision."""
    posting = deeds.remove(parts().engine, _edit(trial), number)
    return None, tagged(posting.heading.revision)


def _edit(trial: str) -> Edit:
    return Edit(trial, caller().organisation, seen_revision(), caller().actor)


def _written(given: dict[str, Any], trial: str) -> Written:
    rule = decode_rule(given["rule"], trial, "rule")
    return Written(given["kind"], given["text"], rule)


def _one(posting: Posting, number: int, status: int = HTTPStatus.OK) -> Shown:
    found = deeds.found(posting.content, number)
    return _said(found), status, tagged(posting.heading.revision)


def _said(reviewed: Reviewed) -> dict[str, Any]:
    criterion = reviewed.criterion
    return {
        "number": reviewed.number,
        "kind": criterion.kind,
        "text": criterion.text,
        "rule": encode(criterion.rule),
        "sentence": phrase(criterion.rule, asked_language(), parts().open_lexicon()),
        "standing": reviewed.standing.value,
    }
