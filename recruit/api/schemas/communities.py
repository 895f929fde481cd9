"""What a community reads of its own people, and its webhook."""

from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import Length

from recruit.core.outbound import LONGEST_URL


class OwnPersonSchema(Schema):
    """Somebody whom the community handed on, by its own name."""

    id = fields.String(required=True, metadata={"example": "member-1"})
    since = fields.AwareDateTime(required=True)


class OwnPeopleSchema(Schema):
    """A page of the community’s people, by name."""

    items = fields.List(fields.Nested(OwnPersonSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class OwnChoiceSchema(Schema):
    """How one choice stands; `receipt` is null where nothing was said about it."""

    purpose = fields.String(required=True, metadata={"example": "contact/email"})
    agreed = fields.Boolean(required=True)
    since = fields.AwareDateTime(required=True, allow_none=True)
    until = fields.AwareDateTime(required=True, allow_none=True)
    receipt = fields.String(required=True, allow_none=True)


class OwnConsentsSchema(Schema):
    """The choices of a person, but for those about a single study or site."""

    id = fields.String(required=True)
    choices = fields.List(fields.Nested(OwnChoiceSchema), required=True)
    paused = fields.Boolean(required=True)
    paused_until = fields.AwareDateTime(required=True, allow_none=True)


class ReceiptSchema(Schema):
    """A consent receipt (Kantara 1.1.0), with its events in the words of ISO/IEC TS 27560."""

    version = fields.String(required=True)
    jurisdiction = fields.String(required=True)
    consentTimestamp = fields.Integer(required=True)  # noqa: N815 - Kantara's name
    collectionMethod = fields.String(required=True)  # noqa: N815 - the same
    consentReceiptID = fields.String(required=True)  # noqa: N815 - the same
    language = fields.String(required=True)
    piiPrincipalId = fields.String(required=True)  # noqa: N815 - the same
    piiControllers = fields.List(fields.Dict(), required=True)  # noqa: N815 - the same
    policyUrl = fields.String(required=True)  # noqa: N815 - the same
    services = fields.List(fields.Dict(), required=True)
    sensitive = fields.Boolean(required=True)
    spiCat = fields.List(fields.String(), required=True)  # noqa: N815 - the same
    events: Any = fields.List(fields.Dict(), required=True)


class HookSchema(Schema):
    """Where the community is told of withdrawals and erasures, and how that goes."""

    id = fields.String(required=True)
    url = fields.String(required=True)
    waiting = fields.Integer(required=True)
    late = fields.Integer(required=True)
    lost = fields.Integer(required=True)
    last_answer = fields.String(required=True, allow_none=True)
    last_tried_at = fields.AwareDateTime(required=True, allow_none=True)


class HooksSchema(Schema):
    """The community’s webhook, if it has one."""

    items = fields.List(fields.Nested(HookSchema), required=True)


class NewHookSchema(Schema):
    """Where to tell: an https address in the public internet."""

    url = fields.String(
        required=True,
        validate=Length(9, LONGEST_URL),
        metadata={"example": "https://example.org/in"},
    )


class SetHookSchema(Schema):
    """A webhook that was set; with `secret` we sign, and it is shown this once."""

    id = fields.String(required=True)
    url = fields.String(required=True)
    secret = fields.String(required=True)
