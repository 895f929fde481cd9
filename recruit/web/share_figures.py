"""`/funnel/sharing`: which channel of the share kit led how many people to a study."""

from flask import Blueprint, render_template

from recruit.actions.funnel.scope import passed_on, scope_of
from recruit.actions.kit.figures import figures
from recruit.core.db import reading
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.web.access import staff
from recruit.web.address import asked
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import tenant
from recruit.web.sponsor.texts import CHANNELS

pages = Blueprint("share_figures", __name__, url_prefix="/funnel/sharing")


@pages.get("")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def page() -> str:
    """The channels of one study; without one, the studies to choose from."""
    study = asked("study") or None
    with reading(service().engine) as session:
        titles = passed_on(session, scope_of(session, tenant()), language())
        if study:
            scope_of(session, tenant(), study)  # it is theirs to see
        lines = figures(session, study) if study else []
    return render_template(
        "funnel_sharing.html",
        study=study,
        studies=[("", say(N_("Please choose"))), *titles.items()],
        lines=lines,
        channels=CHANNELS,
    )
