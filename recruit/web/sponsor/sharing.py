"""`/sponsor/trials/<number>/sharing`: the share kit of a posting, and who came by it."""

from flask import Blueprint, render_template

from recruit.actions.funnel.disclosed import is_theirs
from recruit.actions.kit.figures import figures
from recruit.actions.kit.offering import offers
from recruit.core.db import reading
from recruit.people.accounts import Role
from recruit.web.access import staff
from recruit.web.service import service
from recruit.web.sponsor.posting import STATES, organisation, posting
from recruit.web.sponsor.texts import CHANNELS, TONGUES

pages = Blueprint("posting_sharing", __name__, url_prefix="/sponsor/trials/<number>/sharing")


@pages.get("")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def page(number: str) -> str:
    """What is handed out now, and how many came by it; nothing before the trial is public."""
    found = posting(number)
    trial = found.heading.trial
    with reading(service().engine) as session:
        public = is_theirs(session, found, organisation())
        return render_template(
            "sponsor/sharing.html",
            posting=found,
            states=STATES,
            public=public,
            offers=offers(session, trial) if public else [],
            lines=figures(session, trial) if public else [],
            channels=CHANNELS,
            tongues=TONGUES,
        )
