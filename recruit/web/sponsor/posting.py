"""What all pages about one posting share: which one it is, for whom, and where it stands."""

from typing import Final

from recruit.core.db import reading
from recruit.core.i18n import N_
from recruit.trials.posting import store
from recruit.trials.posting.store import Posting, State
from recruit.web.service import service
from recruit.web.sessions import visitor

STATES: Final = {
    State.DRAFT: N_("Draft"),
    State.SUBMITTED: N_("Waits for approval"),
    State.PUBLISHED: N_("Published"),
    State.AMENDING: N_("Published; an amendment is being prepared"),
    State.PAUSED: N_("Paused"),
    State.CLOSED: N_("Closed"),
}


def organisation() -> int | None:
    """Whose postings the visitor sees; None is the operator's own staff, who see all."""
    who = visitor()
    return who.organisation if who else None


def posting(number: str) -> Posting:
    """The posting of a page.

    Raises:
        NotFound: there is none, or it is another organisation's.
    """
    with reading(service().engine) as session:
        return store.get(session, number, organisation())
