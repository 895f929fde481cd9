"""What a search for studies says in its address, both ways."""

from typing import Any, Final

from recruit.actions.finding.narrowing import StudySearch
from recruit.core.i18n import N_
from recruit.web.address import asked, asked_page

DISTANCES: Final = (10, 25, 50, 100, 250)  # km
GROUPS: Final = {
    "child": N_("Children and teenagers (under 18)"),
    "adult": N_("Adults (18 to 64)"),
    "older": N_("People of 65 and older"),
}
LONGEST_PLACE: Final = 80


def wanted() -> StudySearch:
    """What the address asks for; what is odd in it narrows nothing."""
    group, km = asked("group"), asked("km")
    return StudySearch(
        words=asked("q"),
        place=asked("place")[:LONGEST_PLACE],
        km=next((each for each in DISTANCES if str(each) == km), None),
        country=asked("country").upper() or None,
        group=group if group in GROUPS else "",
        healthy=asked("healthy") == "yes",
        all_states=asked("state") == "all",
        page=asked_page(),
    )


def in_query(search: StudySearch) -> dict[str, Any]:
    """The same as an address says it, the page aside; what narrows nothing is left out."""
    said = {
        "q": search.words,
        "place": search.place,
        "km": str(search.km or ""),
        "country": search.country or "",
        "group": search.group,
        "healthy": "yes" if search.healthy else "",
        "state": "all" if search.all_states else "",
    }
    return {name: value for name, value in said.items() if value}
