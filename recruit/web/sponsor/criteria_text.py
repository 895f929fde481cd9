"""`/sponsor/trials/<number>/criteria/text`: the text criteria are read from.

What another text would make of the criteria is shown before anything is kept.
"""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.posting import criteria as deeds
from recruit.actions.posting.criteria import Preview, Texts
from recruit.actions.posting.editing import looked_at
from recruit.core.errors import EditedMeanwhile, Refusal
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.trials.draft import LONGEST_TEXT, Tongue, TrialDraft
from recruit.trials.posting.store import Posting
from recruit.web.access import staff
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sponsor.larger import larger
from recruit.web.sponsor.meanwhile import edit, meanwhile
from recruit.web.sponsor.posting import STATES, posting
from recruit.web.typed import typed

pages = Blueprint(
    "posting_criteria_text", __name__, url_prefix="/sponsor/trials/<number>/criteria/text"
)
# Two texts, and four bytes for the longest sign of UTF-8.
larger(pages, "save", 2 * 4 * LONGEST_TEXT)

CHANGE: Final = N_("Change the text of the criteria")
TONGUES: Final[dict[str, Tongue]] = {"en": "en", "fr": "fr"}


@pages.get("")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def form(number: str) -> str:
    """The text as it stands."""
    found = posting(number)
    return _page(found, _stored(found.content.draft))


@pages.post("")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def save(number: str) -> ResponseReturnValue:
    """Show what another text would change, or keep it."""
    found = posting(number)
    texts = _typed(found.content.draft)
    wanted = edit(number)
    engine, lexicon = service().engine, service().open_lexicon()
    try:
        if typed("do") == "save":
            deeds.keep_texts(engine, lexicon, wanted, texts)
            return redirect(url_for("posting_criteria.editor", number=number))
        content = looked_at(engine, wanted)
        return _page(found, texts, preview=deeds.preview(content, texts, lexicon))
    except EditedMeanwhile:
        fields = {
            "language": texts.language,
            "criteria": texts.criteria,
            "translation": texts.translation,
        }
        return meanwhile(wanted, say(CHANGE), fields)
    except Refusal as refusal:
        problems = {refusal.field: refusal.explain(language())}
        return _page(found, texts, problems), HTTPStatus.UNPROCESSABLE_ENTITY


def _typed(draft: TrialDraft) -> Texts:
    return Texts(
        language=TONGUES.get(typed("language"), draft.language),
        criteria=_lines(typed("criteria")),
        translation=_lines(typed("translation")),
    )


def _lines(text: str) -> str:
    """Forms send CR LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _stored(draft: TrialDraft) -> Texts:
    translated = (each.criteria for each in draft.translations if each.language != draft.language)
    return Texts(draft.language, draft.criteria, next(translated, ""))


def _page(
    found: Posting,
    texts: Texts,
    problems: dict[str, str] | None = None,
    preview: Preview | None = None,
) -> str:
    return render_template(
        "sponsor/criteria_text.html",
        posting=found,
        states=STATES,
        texts=texts,
        problems=problems or {},
        preview=preview,
        tongues=[("en", say(N_("English"))), ("fr", say(N_("French")))],
        longest=LONGEST_TEXT,
    )
