"""What goes in and out of the API, as marshmallow schemas: OpenAPI is made from them.

Records of people are read by people/intake alone, which refuses them one by one and by name; their
schemas here say what may be sent.
"""

from typing import Final

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf

from recruit.actions.community_figures import Figure
from recruit.people.intake.exchange import COMPLETE, SEXES
from recruit.people.store import Change

FACT_KINDS: Final = sorted(COMPLETE)


class FactSchema(Schema):
    """One fact of the person exchange format."""

    kind = fields.String(required=True, validate=OneOf(FACT_KINDS))
    text = fields.String()
    code = fields.String(metadata={"example": "ICD10:E11"})
    status = fields.String(validate=OneOf(("present", "absent", "past", "unknown")))
    value = fields.Raw()
    unit = fields.String()
    date = fields.String(metadata={"example": "2026-10"})
    onset = fields.String()
    end = fields.String()


class AnswerSchema(Schema):
    """One answer of a questionnaire."""

    question = fields.String(required=True)
    answer = fields.Raw(required=True)


class LocationSchema(Schema):
    """Where the person lives, no closer than a postcode."""

    postcode = fields.String()
    country = fields.String(metadata={"example": "FR"})
    lat = fields.Float()
    lon = fields.Float()


class ContactSchema(Schema):
    """How to reach the person; kept in the vault alone."""

    name = fields.String()
    email = fields.Email()
    phone = fields.String()
    address = fields.String()


class EvidenceSchema(Schema):
    """The proof that the person agreed."""

    purposes = fields.List(fields.String(), required=True, metadata={"example": ["matching"]})
    notice = fields.String(required=True, metadata={"description": "SHA-256 of what was shown"})
    notice_version = fields.String(required=True)
    language = fields.String(required=True, validate=OneOf(("en", "fr")))
    at = fields.AwareDateTime(required=True)
    method = fields.String(required=True)
    source = fields.String()
    valid_until = fields.AwareDateTime()


class StaySchema(Schema):
    """A stay in hospital: nothing is sent while it lasts."""

    began = fields.String(data_key="from", metadata={"example": "2026-10-01"})
    until = fields.String(metadata={"example": "2026-10-05"})


class PersonSchema(Schema):
    """A person in the exchange format (docs/formats.md)."""

    id = fields.String(required=True)
    birth_date = fields.String(metadata={"example": "1975-04"})
    age = fields.Integer()
    sex = fields.String(validate=OneOf(tuple(SEXES)))
    language = fields.String()
    location = fields.Nested(LocationSchema)
    seeking = fields.List(fields.String())
    facts = fields.List(fields.Nested(FactSchema))
    complete = fields.List(fields.String(validate=OneOf(FACT_KINDS)))
    answers = fields.List(fields.Nested(AnswerSchema))
    note = fields.String()
    contact = fields.Nested(ContactSchema)
    consent = fields.Nested(EvidenceSchema, required=True)
    about = fields.String(validate=OneOf(("self", "relative")))
    stay = fields.Nested(StaySchema)


class KeptSchema(Schema):
    """A person who is stored now."""

    id = fields.String(required=True)
    result = fields.String(required=True, validate=OneOf(tuple(each.value for each in Change)))


class RefusedSchema(Schema):
    """A record or a fact that was not taken, and why."""

    record = fields.String(required=True)
    field = fields.String(required=True)
    problem = fields.String(required=True)


class PushedSchema(Schema):
    """What became of each record; `left_out` are single facts of people who were kept."""

    kept = fields.List(fields.Nested(KeptSchema), required=True)
    refused = fields.List(fields.Nested(RefusedSchema), required=True)
    left_out = fields.List(fields.Nested(RefusedSchema), required=True)


class WithdrawalSchema(Schema):
    """What the person takes back; without `purposes` everything."""

    purposes = fields.List(
        fields.String(), validate=Length(min=1), metadata={"example": ["contact/email"]}
    )


class WithdrawnSchema(Schema):
    """What does not hold any more."""

    id = fields.String(required=True)
    withdrawn = fields.List(fields.String(), required=True)


class FigureSchema(Schema):
    """One figure: about how many people, or null when no more may be asked."""

    figure = fields.String(required=True, validate=OneOf(tuple(each.value for each in Figure)))
    about = fields.String(required=True, allow_none=True, metadata={"example": "1240"})


class StatisticsSchema(Schema):
    """The community's figures."""

    figures = fields.List(fields.Nested(FigureSchema), required=True)
