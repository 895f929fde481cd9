"""What a key may do, in words: a word a Scope."""

from typing import Final

from recruit.core.i18n import N_
from recruit.people.scopes import Scope

SCOPE_WORDS: Final = {
    Scope.PEOPLE_WRITE: N_("Push people"),
    Scope.PEOPLE_READ: N_("Read which people are known here"),
    Scope.WITHDRAWALS_WRITE: N_("Tell of withdrawals"),
    Scope.CONSENTS_READ: N_("Read consents and their receipts"),
    Scope.STATISTICS_READ: N_("Read the figures"),
    Scope.WEBHOOKS_READ: N_("See the webhook"),
    Scope.WEBHOOKS_WRITE: N_("Set and remove the webhook"),
    Scope.TRIALS_READ: N_("Read studies and their criteria"),
    Scope.TRIALS_WRITE: N_("Begin studies and change drafts"),
    Scope.MATCHES_READ: N_("Read matches, under pseudonyms"),
    Scope.MATCHES_DECIDE: N_("Decide about matches"),
    Scope.REFERRALS_READ: N_("Read referrals, under pseudonyms"),
    Scope.REFERRALS_WRITE: N_("Report how referrals go on"),
    Scope.DELIVERIES_READ: N_("Read deliveries and their numbers"),
}
