"""`/api/v1/referrals`: who said yes, under pseudonyms, moved along by the site's own steps."""

from http import HTTPStatus
from typing import Any

from recruit.actions.following import contacting, outcomes, seeing
from recruit.actions.following.contacting import Desk, Seen
from recruit.actions.following.outcomes import Outcome
from recruit.actions.following.seeing import Way
from recruit.actions.referring import listing
from recruit.actions.referring.listing import Leaf, Wanted
from recruit.actions.referring.waiting import Waiting
from recruit.api import cursors, examples
from recruit.api.access import caller
from recruit.api.etags import seen, tagged
from recruit.api.operation import NUMBER, Told, asks, blueprint, operation, takes
from recruit.api.parts import parts
from recruit.api.problems import asked_language
from recruit.api.repeatable import done
from recruit.api.schemas.referrals import (
    ReferralSchema,
    ReferralsQuerySchema,
    ReferralsSchema,
    StepSchema,
)
from recruit.people.accounts import Role
from recruit.people.scopes import Scope
from recruit.referrals.paths import Failure, State

referrals = blueprint("referrals", "People who said yes to a study, under pseudonyms.")

Shown = tuple[dict[str, Any], int, dict[str, str]]


@operation(
    referrals,
    "GET",
    "/referrals",
    scope=Scope.REFERRALS_READ,
    summary="List referrals: whom one has in hand, and everybody else",
    told=Told(ReferralsSchema, examples.REFERRALS),
    fails=(400, 422),
)
@asks(referrals, ReferralsQuerySchema)
def list_referrals(asked: dict[str, Any]) -> dict[str, Any]:
    """Both lists as their page shows them; who stood there is recorded."""
    begins = {
        name: cursors.number({"cursor": asked[name]} if name in asked else {})
        for name in ("mine", "others")
    }
    opens = caller().role is Role.COORDINATOR
    wanted = Wanted(caller().organisation, asked_language(), parts().zone, opens, **begins)
    lists = listing.show(parts().engine, wanted, actor=caller().actor)
    return {"mine": _page(lists.mine), "others": _page(lists.others)}


@operation(
    referrals,
    "GET",
    f"/referrals/<{NUMBER}:number>",
    scope=Scope.REFERRALS_READ,
    summary="Read one person’s way through one study",
    told=Told(ReferralSchema, examples.REFERRAL),
    fails=(404,),
    tagged=True,
)
def read_referral(number: int) -> Shown:
    """No name: contact details are shown on the page alone, where each look is confirmed."""
    return _shown(number)


@operation(
    referrals,
    "POST",
    f"/referrals/<{NUMBER}:number>/steps",
    scope=Scope.REFERRALS_WRITE,
    summary="Write down how it went on with somebody",
    told=Told(ReferralSchema, examples.REFERRAL, HTTPStatus.CREATED),
    fails=(404,),
    tagged=True,
)
@takes(referrals, StepSchema, examples.STEP)
def add_step(given: dict[str, Any], number: int) -> Shown:
    """Only what follows where they stand, while their release stands."""
    failure = given.get("failure")
    outcome = Outcome(
        State(given["state"]), given["reason"], Failure(**failure) if failure else None
    )
    outcomes.report(parts().engine, parts().voice, _desk(), Seen(number, seen()), outcome)
    done()
    return _shown(number, HTTPStatus.CREATED)


@operation(
    referrals,
    "POST",
    f"/referrals/<{NUMBER}:number>/calls",
    scope=Scope.REFERRALS_WRITE,
    summary="Write down a call that nobody answered",
    told=Told(ReferralSchema, examples.REFERRAL, HTTPStatus.CREATED),
    fails=(404,),
    tagged=True,
)
def add_call(number: int) -> Shown:
    """After three on two days somebody may be given up as not to be reached."""
    contacting.call_in_vain(parts().engine, _desk(), Seen(number, seen()))
    done()
    return _shown(number, HTTPStatus.CREATED)


@operation(
    referrals,
    "DELETE",
    f"/referrals/<{NUMBER}:number>/last",
    scope=Scope.REFERRALS_WRITE,
    summary="Take back the site’s last entry of today",
    told=Told(ReferralSchema, examples.REFERRAL),
    fails=(404, 422),
    tagged=True,
)
def undo_last(number: int) -> Shown:
    """As if it had not been; the slip stays in the audit trail."""
    contacting.undo(parts().engine, _desk(), Seen(number, seen()))
    return _shown(number)


def _desk() -> Desk:
    return Desk(caller().organisation, caller().actor, parts().zone)


def _shown(number: int, status: int = HTTPStatus.OK) -> Shown:
    keyring = parts().secrets.vault
    way = seeing.look(parts().engine, keyring, _desk(), number=number, language=asked_language())
    return _said(way), status, tagged(way.mark)


def _said(way: Way) -> dict[str, Any]:
    writes = caller().role is Role.COORDINATOR
    return {
        "number": way.path.number,
        "person": way.path.person,
        "trial": way.path.trial,
        "study": way.title.text,
        "site": way.site,
        "stage": way.standing.stage.value,
        "since": way.standing.since,
        "due": way.due,
        "possible": [each.value for each in way.possible] if writes else [],
        "calls_in_vain": len(way.calls),
        "trial_version": way.version.number,
        "events": [
            {"stage": each.stage.value, "at": each.at, "reason": each.reason}
            for each, _ in way.events
        ],
    }


def _page(leaf: Leaf) -> dict[str, Any]:
    return {
        **cursors.page([_line(each) for each in leaf.people], leaf.following),
        "total": leaf.total,
    }


def _line(each: Waiting) -> dict[str, Any]:
    return {
        "number": each.path.number,
        "person": each.path.person,
        "trial": each.path.trial,
        "study": each.title,
        "site": each.site,
        "state": each.path.state.value,
        "since": each.path.since,
        "due": each.due if each.is_theirs else None,
    }
