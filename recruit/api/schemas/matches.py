"""Matches, under pseudonyms: the queue, one match criterion by criterion, and its decision."""

from typing import Final

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range

from recruit.actions.match_table import ReviewState
from recruit.actions.reviewing.misread import LONGEST
from recruit.actions.reviewing.tables import Kind, No, Wrong
from recruit.actions.reviewing.wanted import Pile
from recruit.api.cursors import CursorSchema
from recruit.matching.outcome import Verdict, Why

VERDICTS: Final = [each.value for each in Verdict]
TRUTHS: Final = ("yes", "no", "unknown")
FEW: Final = Range(0, 10_000)


class MatchesQuerySchema(CursorSchema):
    """Which matches are wanted."""

    study = fields.String(validate=Length(1, 100))
    site = fields.String(validate=Length(1, 300), metadata={"description": "a site’s key"})
    verdict = fields.String(validate=OneOf(VERDICTS))
    state = fields.String(
        load_default=Pile.WAITING.value, validate=OneOf([each.value for each in Pile])
    )
    km = fields.Integer(validate=FEW, metadata={"description": "at most so far from the site"})
    unknowns = fields.Integer(validate=FEW, metadata={"description": "at most so many are open"})
    waiting = fields.Integer(validate=FEW, metadata={"description": "days, at least"})
    search = fields.String(
        validate=Length(1, 16), metadata={"description": "how a pseudonym begins"}
    )


class MatchLineSchema(Schema):
    """One match of the queue."""

    id = fields.Integer(required=True)
    person = fields.String(required=True, metadata={"example": "P-7F3K92QX"})
    trial = fields.String(required=True)
    study = fields.String(required=True)
    site = fields.String(required=True, allow_none=True)
    km = fields.Float(required=True, allow_none=True)
    verdict = fields.String(required=True, validate=OneOf(VERDICTS))
    fulfilled = fields.Integer(required=True)
    against = fields.Integer(required=True)
    open = fields.Integer(required=True)
    open_question = fields.String(
        required=True, allow_none=True, metadata={"description": "the first criterion that is open"}
    )
    state = fields.String(required=True, validate=OneOf([each.value for each in ReviewState]))
    since = fields.AwareDateTime(required=True)
    in_hand = fields.Boolean(required=True, metadata={"description": "with a colleague"})


class MatchesSchema(Schema):
    """A page of matches, best first; `total` counts up to 200, `more`: there are others."""

    items = fields.List(fields.Nested(MatchLineSchema), required=True)
    next = fields.String(required=True, allow_none=True)
    total = fields.Integer(required=True)
    more = fields.Boolean(required=True)


class FactOnRecordSchema(Schema):
    """What is on record, in words, and where it comes from."""

    words = fields.String(required=True)
    origin = fields.String(required=True)


class JudgedSchema(Schema):
    """One criterion, counted from 0, and whether it holds for the person."""

    criterion = fields.Integer(required=True)
    kind = fields.String(required=True, validate=OneOf(("inclusion", "exclusion")))
    text = fields.String(required=True)
    sentence = fields.String(required=True, metadata={"description": "its rule in words"})
    holds = fields.String(required=True, validate=OneOf(TRUTHS))
    because = fields.List(
        fields.String(validate=OneOf([each.value for each in Why])), required=True
    )
    facts = fields.List(fields.Nested(FactOnRecordSchema), required=True)
    questions = fields.List(fields.String(), required=True)


class DecisionSchema(Schema):
    """What holds about a match."""

    number = fields.Integer(required=True)
    decision = fields.String(required=True, validate=OneOf([each.value for each in Kind]))
    at = fields.AwareDateTime(required=True)
    until = fields.AwareDateTime(required=True, allow_none=True)


class MatchSchema(Schema):
    """One match with its reasons; nothing in it names anybody."""

    id = fields.Integer(required=True)
    person = fields.String(required=True)
    trial = fields.String(required=True)
    trial_version = fields.Integer(required=True)
    verdict = fields.String(required=True, validate=OneOf(VERDICTS))
    language = fields.String(required=True, metadata={"description": "of the criteria’s own texts"})
    criteria = fields.List(fields.Nested(JudgedSchema), required=True)
    decided = fields.Nested(DecisionSchema, required=True, allow_none=True)


class WishSchema(Schema):
    """What is to be decided. “no” needs a reason, “ask” a criterion, “not_now” a day."""

    decision = fields.String(required=True, validate=OneOf([each.value for each in Kind]))
    reason = fields.String(validate=OneOf([each.value for each in No]))
    criterion = fields.Integer(validate=Range(0, 9_999))
    wrong = fields.String(
        validate=OneOf([each.value for each in Wrong]),
        metadata={"description": "what is misread of `criterion`, with “rule misread”"},
    )
    words = fields.String(load_default="", validate=Length(0, LONGEST))
    until = fields.Date(metadata={"description": "the day on which the match comes back"})


class DecidedSchema(Schema):
    """What became of it; `leaves_at` is when an invitation can leave."""

    number = fields.Integer(required=True)
    match = fields.Integer(required=True)
    person = fields.String(required=True)
    trial = fields.String(required=True)
    leaves_at = fields.AwareDateTime(required=True, allow_none=True)
