"""Referrals, under pseudonyms: who said yes to a study, and how it goes on with them."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range

from recruit.actions.following.stages import Stage
from recruit.api.cursors import LONGEST
from recruit.referrals.paths import State

STATES = [each.value for each in State]
STAGES = [each.value for each in Stage]


class ReferralsQuerySchema(Schema):
    """Where each of the two lists begins."""

    mine = fields.String(validate=Length(1, LONGEST))
    others = fields.String(validate=Length(1, LONGEST))


class ReferralLineSchema(Schema):
    """One person on their way; `due` is by when whoever asks is to do something."""

    number = fields.Integer(required=True)
    person = fields.String(required=True, metadata={"example": "P-7F3K92QX"})
    trial = fields.String(required=True)
    study = fields.String(required=True)
    site = fields.String(required=True, metadata={"description": "“” until one is chosen"})
    state = fields.String(required=True, validate=OneOf(STATES))
    since = fields.AwareDateTime(required=True)
    due = fields.AwareDateTime(required=True, allow_none=True)


class ReferralPageSchema(Schema):
    """A page of one of the lists; `total` is of the whole list."""

    items = fields.List(fields.Nested(ReferralLineSchema), required=True)
    next = fields.String(required=True, allow_none=True)
    total = fields.Integer(required=True)


class ReferralsSchema(Schema):
    """Whom one has in hand, the most urgent first, and everybody else, the newest first."""

    mine = fields.Nested(ReferralPageSchema, required=True)
    others = fields.Nested(ReferralPageSchema, required=True)


class EventSchema(Schema):
    """One thing that happened on the way."""

    stage = fields.String(required=True, validate=OneOf(STAGES))
    at = fields.AwareDateTime(required=True)
    reason = fields.String(required=True)


class ReferralSchema(Schema):
    """One person’s way; `possible` are the states that can be written down next."""

    number = fields.Integer(required=True)
    person = fields.String(required=True)
    trial = fields.String(required=True)
    study = fields.String(required=True)
    site = fields.String(required=True)
    stage = fields.String(required=True, validate=OneOf(STAGES))
    since = fields.AwareDateTime(required=True)
    due = fields.AwareDateTime(required=True, allow_none=True)
    possible = fields.List(fields.String(validate=OneOf(STATES)), required=True)
    calls_in_vain = fields.Integer(required=True)
    trial_version = fields.Integer(required=True)
    events = fields.List(fields.Nested(EventSchema), required=True)


class FailureSchema(Schema):
    """The criterion, counted from 0, of the version that the screening failed on."""

    trial_version = fields.Integer(required=True, validate=Range(1, 1_000_000))
    criterion = fields.Integer(required=True, validate=Range(0, 9_999))


class StepSchema(Schema):
    """What came of it. Whoever leaves does so for a reason of the list in docs/api.md."""

    state = fields.String(required=True, validate=OneOf(STATES))
    reason = fields.String(load_default="", validate=Length(0, 40))
    failure = fields.Nested(FailureSchema)
