"""`/studies.svg`: where the studies of one page of a search take place, as a picture."""

from flask import Blueprint, Response

from recruit.core.db import reading
from recruit.core.i18n import N_
from recruit.web.access import anyone
from recruit.web.language import language, say
from recruit.web.map import Mark, drawn
from recruit.web.searching import wanted
from recruit.web.service import service

pages = Blueprint("study_map", __name__)

MOST_OF_ONE = 40  # places of one study: the list beside the map tells of all


@pages.get("/studies.svg")
@anyone
def picture() -> Response:
    """The map that stands beside the list; each mark bears the number of its study there."""
    with reading(service().engine) as session:
        found = service().shelf.search(session, wanted(), language())
    first = (found.page.number - 1) * found.page.size + 1
    marks = [
        Mark(str(number), spot.lat, spot.lon)
        for number, each in enumerate(found.page.items, start=first)
        for spot in each.places[:MOST_OF_ONE]
    ]
    title = say(N_("Map of the places of these studies"))
    return Response(drawn(marks[::-1], title), mimetype="image/svg+xml")
