"""Everything that is kept about a person: a page to read, and two files to keep."""

import json
from typing import Any, Final

from flask import Blueprint, Response, render_template

from recruit.actions import came_by
from recruit.actions.catalogue import public_title
from recruit.actions.catalogue import title as study_title
from recruit.actions.choice_words import title
from recruit.actions.export import export_fhir, export_person
from recruit.actions.fact_lines import line
from recruit.actions.my_choices import overview
from recruit.actions.own_matches import OwnMatch, own_matches
from recruit.actions.profile import facts_on_file, show_profile
from recruit.core import clock
from recruit.core.db import reading
from recruit.criteria.truth import Truth
from recruit.matching.outcome import Verdict
from recruit.people.vault import Item
from recruit.web.access import participant
from recruit.web.explaining import VERDICT_SIGNS, Explained, explained
from recruit.web.language import language
from recruit.web.me.words import ITEMS, REASONS, VERDICTS, about_person, written_down
from recruit.web.service import service
from recruit.web.whom import audit_actor, in_person

pages = Blueprint("my_export", __name__)

# The names say nothing about anybody: a download folder is seen by whoever shares the device.
JSON_FILE: Final = "recruit-data.json"
FHIR_FILE: Final = "recruit-data.fhir.json"


@pages.get("/me/export")
@participant
def everything() -> str:
    """All of it on one page."""
    person, look = in_person(), language()
    profile = show_profile(service().engine, person=person).profile
    _, facts = facts_on_file(service().engine, person=person)
    lexicon = service().open_lexicon()
    with reading(service().engine) as database:
        contact = service().vault.read(database, person)
        choices = overview(database, person, clock.now())
        cards = [
            (each, public_title(database, each.trial, look))
            for each in came_by.cards(database, person)
        ]
        sign_ins = came_by.sign_ins(database, person)
        matches = list(own_matches(database, person, lexicon, clock.today()))
    return render_template(
        "me/export.html",
        contact=[
            (ITEMS[item], written_down(item, contact[item], look))
            for item in Item
            if item in contact
        ],
        person=about_person(profile, look),
        facts=[(line(each.fact, look, lexicon), each.since) for each in facts],
        wishes=profile.seeking_text,
        choices=choices,
        title=title,
        matches=[(each, study_title(each.version.draft, look), _reasons(each)) for each in matches],
        cards=cards,
        sign_ins=sign_ins,
        why=REASONS,
        verdicts={verdict.value: VERDICTS[verdict] for verdict in Verdict},
        signs={verdict.value: VERDICT_SIGNS[verdict] for verdict in Verdict},
        pseudonym=person,
    )


@pages.get(f"/me/export/{JSON_FILE}")
@participant
def as_json() -> Response:
    """All of it for machines; that it was taken is recorded."""
    whole = export_person(
        service().engine,
        service().secrets.vault,
        service().open_lexicon(),
        person=in_person(),
        actor=audit_actor(),
    )
    return _file(whole, JSON_FILE, "application/json")


@pages.get(f"/me/export/{FHIR_FILE}")
@participant
def as_fhir() -> Response:
    """What is known now, as FHIR R4; that it was taken is recorded."""
    whole = export_fhir(
        service().engine,
        service().secrets.vault,
        service().open_lexicon(),
        person=in_person(),
        actor=audit_actor(),
    )
    return _file(whole, FHIR_FILE, "application/fhir+json")


def _file(whole: dict[str, Any], name: str, kind: str) -> Response:
    """A download; like every page it is kept in no cache (web/safety.py)."""
    answer = Response(json.dumps(whole, ensure_ascii=False, indent=2) + "\n", mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _reasons(match: OwnMatch) -> list[Explained]:
    """Every criterion with what is on record: what is open first, then against, then in favour."""
    if match.outcome is None or match.profile is None:
        return []
    source = match.version.draft.language
    lexicon = service().open_lexicon()
    groups = explained(match.outcome, match.profile, source, language(), lexicon)
    return [each for truth in (Truth.UNKNOWN, Truth.NO, Truth.YES) for each in groups[truth]]
