"""Who did something, for the operator's own staff: an address or a few words, never a bare number.

Sponsors, centres and the people themselves are told roles instead (actions/deeds.py).
"""

from typing import Final

from sqlalchemy.orm import Session

from recruit.actions.deeds import ACCOUNT
from recruit.actions.safety.noticing import READER
from recruit.core.i18n import N_
from recruit.people.account_tables import STAFF, Account
from recruit.web.language import say

# Who acts without an account, as the trails name them.
WORDS: Final = {
    "cli": N_("an administrator, by command"),
    "job": N_("the service, by itself"),
    READER: N_("the service, by itself"),
    "the cleaner of words": N_("the service, by itself"),
    "receipt": N_("the service, by a receipt"),
    "restore": N_("the restoring of a copy"),
    "visitor": N_("somebody who was not signed in"),
    "link": N_("somebody with a link of ours"),
    "own link": N_("the person, by a link of ours"),
    "own reply": N_("the person, by a reply"),
    "unknown sender": N_("an unknown sender"),
    "demo": N_("the demonstration"),
}


class Named:
    """Finds out who `actor` of a row is; each account is looked up once."""

    def __init__(self, database: Session) -> None:
        self._database = database
        self._found: dict[str, str] = {}

    def __call__(self, actor: str) -> str:
        """An e-mail address of staff, else words; what is neither stays as it is."""
        if actor not in self._found:
            self._found[actor] = self._looked_up(actor)
        return self._found[actor]

    def _looked_up(self, actor: str) -> str:
        if not actor.startswith(ACCOUNT):
            return say(WORDS[actor]) if actor in WORDS else actor
        number, _, authority = actor.removeprefix(ACCOUNT).partition(", ")
        if authority:
            return say(N_("somebody who acts for the person"))
        account = self._database.get(Account, int(number)) if number.isdecimal() else None
        if account is None:
            return say(N_("somebody whose account is gone"))
        if account.role in STAFF and account.email:
            return account.email
        return say(N_("somebody who takes part"))
