"""Messages to people, as an operator sees them: by pseudonym and reference."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf

from recruit.api.cursors import CursorSchema
from recruit.consent.choices import Channel
from recruit.notify.reputation import Standing
from recruit.notify.stages import Reason, State, Wave

STATES = [each.value for each in State]
CHANNELS = [each.value for each in Channel]
REASONS = [each.value for each in Reason]


class DeliveriesQuerySchema(CursorSchema):
    """Which messages are wanted; days are those of UTC."""

    state = fields.String(validate=OneOf(STATES))
    channel = fields.String(validate=OneOf(CHANNELS))
    reason = fields.String(validate=OneOf(REASONS))
    trial = fields.String(validate=Length(1, 100))
    reference = fields.String(validate=Length(1, 64))
    day = fields.Date()


class DeliveryStepSchema(Schema):
    """That a message stood somewhere, since when and why."""

    state = fields.String(required=True, validate=OneOf(STATES))
    reason = fields.String(required=True, allow_none=True, validate=OneOf([*REASONS, None]))
    at = fields.AwareDateTime(required=True)


class DeliverySchema(Schema):
    """One message."""

    reference = fields.String(required=True)
    person = fields.String(required=True, metadata={"example": "P-7F3K92QX"})
    trial = fields.String(required=True)
    wave = fields.String(required=True, validate=OneOf([each.value for each in Wave]))
    channel = fields.String(required=True, validate=OneOf(CHANNELS))
    state = fields.String(required=True, validate=OneOf(STATES))
    reason = fields.String(required=True, allow_none=True, validate=OneOf([*REASONS, None]))
    due_at = fields.AwareDateTime(required=True)
    changed_at = fields.AwareDateTime(required=True)
    sent_at = fields.AwareDateTime(required=True, allow_none=True)
    tries = fields.Integer(required=True)
    steps = fields.List(fields.Nested(DeliveryStepSchema), required=True)


class DeliveriesSchema(Schema):
    """A page of messages, what changed last first."""

    items = fields.List(fields.Nested(DeliverySchema), required=True)
    next = fields.String(required=True, allow_none=True)


class CountsQuerySchema(Schema):
    """Of which day of UTC; without it of this one."""

    day = fields.Date()


class StateCountSchema(Schema):
    """How many messages came to stand in a state on the day."""

    state = fields.String(required=True, validate=OneOf(STATES))
    messages = fields.Integer(required=True)


class ChannelSchema(Schema):
    """How a channel stands."""

    channel = fields.String(required=True, validate=OneOf(CHANNELS))
    standing = fields.String(required=True, validate=OneOf([each.value for each in Standing]))
    waiting = fields.Integer(required=True)


class CountsSchema(Schema):
    """How sending goes: what is due, what nobody knows the fate of, the day, the channels."""

    due = fields.Integer(required=True)
    oldest_due = fields.AwareDateTime(required=True, allow_none=True)
    fate_unknown = fields.Integer(required=True)
    day = fields.Date(required=True)
    states = fields.List(fields.Nested(StateCountSchema), required=True)
    channels = fields.List(fields.Nested(ChannelSchema), required=True)
