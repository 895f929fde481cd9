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

    `draft.id` is the trial's registry number, or its posting's own where it has none. `spent` is
    the highest number that a criterion ever had, where it is higher than those that are there.
    """

    draft: TrialDraft
    criteria: tuple[Reviewed, ...] = ()
    spent: int = 0

    @property
    def next_number(self) -> int:
        """A number for one more criterion, never used before."""
        return max(self.spent, *(each.number for each in self.criteria), 0) + 1

    def following(self, earlier: "Content") -> "Content":
        """This content as what comes after `earlier`, whose numbers stay used."""
        highest = max((each.number for each in self.criteria), default=0)
        last = max(earlier.next_number, self.next_number) - 1
        return replace(self, spent=last if last > highest else 0)


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
    if content.spent:
        plain["spent"] = content.spent
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
        plain.get("spent", 0),
    )
