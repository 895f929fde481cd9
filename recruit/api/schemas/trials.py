"""Trials as their sponsors describe them, and their criteria."""

from typing import Any, Final

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range

from recruit.actions.posting.details.deed import STEPS
from recruit.trials.draft import LONGEST_TEXT, TrialStatus
from recruit.trials.posting.content import Standing
from recruit.trials.posting.store import Change, State

LONGEST_LINE: Final = 1_000
TONGUES: Final = ("en", "fr")
DIGEST: Final = {"example": "7c2f…", "description": "SHA-256 of what a revision holds"}


class TrialLineSchema(Schema):
    """One trial of a list. `trial` is its registry number, or its own number without one."""

    id = fields.String(required=True, metadata={"example": "S-7F3K92QX"})
    trial = fields.String(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True, validate=OneOf([each.value for each in State]))
    revision = fields.Integer(required=True)
    published_revision = fields.Integer(required=True, allow_none=True)
    changed_at = fields.AwareDateTime(required=True)


class TrialsSchema(Schema):
    """A page of trials, the last changed first."""

    items = fields.List(fields.Nested(TrialLineSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class NewTrialSchema(Schema):
    """What a trial begins with; the text is read into criteria."""

    title = fields.String(required=True, validate=Length(1, LONGEST_LINE))
    language = fields.String(required=True, validate=OneOf(TONGUES))
    number = fields.String(
        validate=Length(0, 100), metadata={"description": "the registry’s number, where it has one"}
    )
    text = fields.String(
        validate=Length(0, LONGEST_TEXT),
        metadata={"description": "the eligibility section as it stands in the protocol"},
    )


class DetailsSchema(Schema):
    """The fields of the four parts of a trial’s details, as texts."""

    titles = fields.Dict(fields.String(), fields.String())
    design = fields.Dict(fields.String(), fields.String())
    participation = fields.Dict(fields.String(), fields.String())
    contacts = fields.Dict(fields.String(), fields.String())


class TrialSchema(TrialLineSchema):
    """A trial with its details. `digest` and `revision` are what an approver signs."""

    digest = fields.String(required=True, metadata=DIGEST)
    language = fields.String(required=True, validate=OneOf(TONGUES))
    status = fields.String(
        required=True,
        allow_none=True,
        validate=OneOf([*(each.value for each in TrialStatus), None]),
    )
    details = fields.Nested(DetailsSchema, required=True)


def _of_step(name: str) -> type[Schema]:
    """The fields of one part, all of them texts and none required: what is left out stays."""
    labels = STEPS[name].labels
    longest = Length(0, 20_000)
    found: dict[str, Any] = {
        each: fields.String(validate=longest, metadata={"description": labels[each]})
        for each in labels
    }
    return Schema.from_dict(found, name=f"{name.title()}Change")


CHANGES: Final = {name: _of_step(name) for name in STEPS}
"""A schema for each part of the details."""


class TextSchema(Schema):
    """The eligibility text, and its translation into the other language ("" for none)."""

    language = fields.String(required=True, validate=OneOf(TONGUES))
    text = fields.String(required=True, validate=Length(0, LONGEST_TEXT))
    translation = fields.String(load_default="", validate=Length(0, LONGEST_TEXT))


class RevisionSchema(Schema):
    """One revision: who changed what."""

    number = fields.Integer(required=True)
    change = fields.String(required=True, validate=OneOf([each.value for each in Change]))
    author = fields.String(required=True)
    at = fields.AwareDateTime(required=True)


class VersionsSchema(Schema):
    """A page of revisions, the newest first; which one waits, and which one is public."""

    items = fields.List(fields.Nested(RevisionSchema), required=True)
    next = fields.String(required=True, allow_none=True)
    submitted = fields.Integer(required=True, allow_none=True)
    published = fields.Integer(required=True, allow_none=True)


class SubmissionSchema(Schema):
    """That a second person is to approve the revision of If-Match."""

    confirmed = fields.Boolean(
        required=True,
        metadata={"description": "that what is not in the way, and yet odd, was looked at"},
    )


class ApprovalSchema(Schema):
    """That the revision of If-Match, with this digest, becomes public."""

    digest = fields.String(required=True, validate=Length(1, 64), metadata=DIGEST)


class PublishedSchema(Schema):
    """The number of the version that became public."""

    version = fields.Integer(required=True, validate=Range(1))


class ReachSchema(Schema):
    """About how many people could take part, in coarse words; null when no more may be asked."""

    trial = fields.String(required=True)
    title = fields.String(required=True)
    about = fields.String(required=True, allow_none=True, metadata={"example": "0–10"})


class ReachesSchema(Schema):
    """A page of published trials and their reach."""

    items = fields.List(fields.Nested(ReachSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class CriterionSchema(Schema):
    """One criterion: its words, what was read from them, and what a person decided."""

    number = fields.Integer(required=True)
    kind = fields.String(required=True, validate=OneOf(("inclusion", "exclusion")))
    text = fields.String(required=True)
    rule = fields.Dict(required=True, metadata={"description": "rule JSON (docs/api.md)"})
    sentence = fields.String(required=True, metadata={"description": "the rule in words"})
    standing = fields.String(required=True, validate=OneOf([each.value for each in Standing]))


class CriteriaSchema(Schema):
    """The criteria of a trial, in their order."""

    items = fields.List(fields.Nested(CriterionSchema), required=True)


class WrittenSchema(Schema):
    """A criterion as somebody writes it.

    Of one that stands in the trial’s text, `kind` and `text` stay as they are there.
    """

    kind = fields.String(required=True, validate=OneOf(("inclusion", "exclusion")))
    text = fields.String(required=True, validate=Length(1, 5_000))
    rule = fields.Dict(required=True, metadata={"description": "rule JSON (docs/api.md)"})


class StandingSchema(Schema):
    """What a person decides about a criterion; “corrected” comes by writing its rule."""

    standing = fields.String(
        required=True,
        validate=OneOf([each.value for each in Standing if each is not Standing.CORRECTED]),
    )
