"""What a posting holds at one revision: a trial as its sponsor describes it, and each criterion.

Its JSON text is canonical, as a draft's is: the digest of that text is what an approver signs.
"""

import json
from dataclasses import dataclass, replace
from enum import StrEnum

from recruit.criteria.codec import decode_criterion, encode_criterion
from recruit.criteria.eligibility import Criterion, Settler
from recruit.criteria.record import JsonValue
from recruit.trials.draft import TrialDraft, decode_draft, encode_draft


class Standing(StrEnum):
    """What a person has decided about a criterion."""

    READ = "read"
    """Nothing yet: the rule is what the parser read."""
    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    ASK = "ask"
    """Whatever is on record, the person is asked."""
    SITE = "site"
    """The site judges it."""


SETTLED_BY: dict[Standing, Settler] = {Standing.ASK: "person", Standing.SITE: "site"}


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One criterion and what has been decided about it.

    `number` stays with the criterion for as long as the posting lives; a number is never used
    again. `criterion.settled_by` is always "record" here: `settled` says what the standing means.
    """

    number: int
    criterion: Criterion
    standing: Standing = Standing.READ

    @property
    def settled(self) -> Criterion:
        """The criterion as matching gets it."""
        return replace(self.criterion, settled_by=SETTLED_BY.get(self.standing, "record"))


@dataclass(frozen=True, slots=True)
class Content:
    """A trial and its criteria, in the order in which they are shown.

    `draft.id` is the trial's registry number, or its posting's own where it has none.
    """

    draft: TrialDraft
    criteria: tuple[Reviewed, ...] = ()

    @property
    def next_number(self) -> int:
        """A number for one more criterion, never used in this content."""
        return max((each.number for each in self.criteria), default=0) + 1


def encode_content(content: Content) -> str:
    """The canonical JSON text."""
    plain: dict[str, JsonValue] = {
        "draft": json.loads(encode_draft(content.draft)),
        "criteria": [
            {
                "number": each.number,
                "standing": each.standing.value,
                "criterion": encode_criterion(each.criterion),
            }
            for each in content.criteria
        ],
    }
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def decode_content(text: str) -> Content:
    """The content that `encode_content` wrote."""
    plain = json.loads(text)
    draft = decode_draft(json.dumps(plain["draft"]))
    return Content(
        draft,
        tuple(
            Reviewed(
                each["number"],
                decode_criterion(each["criterion"], draft.id),
                Standing(each["standing"]),
            )
            for each in plain["criteria"]
        ),
    )
