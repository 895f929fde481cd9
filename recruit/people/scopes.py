"""What a key to the API may do: `<thing>:<deed>`, and who may have keys for it."""

from collections.abc import Collection
from enum import StrEnum
from typing import Final

from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_
from recruit.people.account_tables import Role

NOTHING: Final = N_("A key is for one thing at least.")
NOT_FOR: Final = N_("Such a key cannot be for “{scope}”.")


class Scope(StrEnum):
    """One thing that a key opens."""

    PEOPLE_WRITE = "people:write"
    PEOPLE_READ = "people:read"
    WITHDRAWALS_WRITE = "withdrawals:write"
    CONSENTS_READ = "consents:read"
    STATISTICS_READ = "statistics:read"
    WEBHOOKS_READ = "webhooks:read"
    WEBHOOKS_WRITE = "webhooks:write"
    TRIALS_READ = "trials:read"
    TRIALS_WRITE = "trials:write"
    MATCHES_READ = "matches:read"
    MATCHES_DECIDE = "matches:decide"
    REFERRALS_READ = "referrals:read"
    REFERRALS_WRITE = "referrals:write"
    DELIVERIES_READ = "deliveries:read"


COMMUNITY: Final = frozenset(
    {
        Scope.PEOPLE_WRITE,
        Scope.PEOPLE_READ,
        Scope.WITHDRAWALS_WRITE,
        Scope.CONSENTS_READ,
        Scope.STATISTICS_READ,
        Scope.WEBHOOKS_READ,
        Scope.WEBHOOKS_WRITE,
    }
)
"""What a community's keys may open: its own people, and what it is told of them."""

# Never more than the role's pages: web/access.py's declarations of the same things.
OF_ROLE: Final = {
    Role.SPONSOR: frozenset({Scope.TRIALS_READ, Scope.TRIALS_WRITE}),
    Role.COORDINATOR: frozenset(
        {
            Scope.CONSENTS_READ,
            Scope.MATCHES_READ,
            Scope.MATCHES_DECIDE,
            Scope.REFERRALS_READ,
            Scope.REFERRALS_WRITE,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            Scope.TRIALS_READ,
            Scope.TRIALS_WRITE,
            Scope.MATCHES_READ,
            Scope.MATCHES_DECIDE,
            Scope.REFERRALS_READ,
            Scope.DELIVERIES_READ,
        }
    ),
}


def of_role(role: Role) -> frozenset[Scope]:
    """What the keys of an account with this role may open; nothing for most."""
    return OF_ROLE.get(role, frozenset())


def in_order(scopes: frozenset[Scope]) -> list[Scope]:
    """The scopes as they stand above."""
    return [scope for scope in Scope if scope in scopes]


def check(wanted: Collection[Scope], allowed: frozenset[Scope]) -> None:
    """Make sure that a key can be for what is wanted.

    Raises:
        WrongUsage: it would open nothing, or something that is not allowed.
    """
    if not wanted:
        raise WrongUsage(NOTHING)
    for scope in wanted:
        if scope not in allowed:
            raise WrongUsage(NOT_FOR, scope=scope.value)
