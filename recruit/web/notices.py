"""The information notice as a page: each version, in each language, as it was shown at its time."""

from flask import Blueprint, render_template

from recruit.consent import notices
from recruit.consent.notices.parts import blocks
from recruit.web.access import anyone
from recruit.web.language import language
from recruit.web.service import service

pages = Blueprint("notices", __name__)


@pages.get("/privacy/notice/<version>")
@anyone
def notice(version: str) -> str:
    """One version in the language of the visitor."""
    found = notices.notice(version, language())
    newest = notices.current(language()).version
    return render_template(
        "notice_page.html",
        notice=found,
        blocks=blocks(found.text),
        newest=newest,
        operator=service().settings.operator,
    )
