"""An error, as RFC 9457 has it, with the fields that cannot be taken."""

from marshmallow import Schema, fields


class WrongSchema(Schema):
    """One field that cannot be taken, and why."""

    field = fields.String(required=True, metadata={"example": "title"})
    problem = fields.String(required=True, metadata={"example": "this is missing"})


class ProblemSchema(Schema):
    """RFC 9457; `title`, `detail` and `problem` are in the language of Accept-Language."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    errors = fields.List(fields.Nested(WrongSchema))
