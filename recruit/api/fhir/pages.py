"""A page of a search as a Bundle, with links to the pages beside it."""

from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlencode

from recruit.api.fhir.answers import PREFIX
from recruit.api.fhir.asking import Asked
from recruit.api.parts import parts

Json = dict[str, Any]

SEARCHSET: Final = {"resourceType": "Bundle", "type": "searchset"}


def address(resource: Json) -> str:
    """Where a resource can be read."""
    return f"{base()}/{resource['resourceType']}/{resource['id']}"


def base() -> str:
    """What every address of a resource begins with."""
    return f"{parts().base_url.rstrip('/')}{PREFIX}"


def page_of(kind: str, asked: Asked, resources: Iterable[Json], total: int) -> Json:
    """A page of numbered ones, of `total` resources in all."""
    last = max(1, -(-total // asked.size)) if asked.size else 1
    wanted = {"first": 1, "previous": asked.page - 1, "next": asked.page + 1, "last": last}
    beside = {name: number for name, number in wanted.items() if 1 <= number <= last}
    links = {"self": asked.page, **(beside if asked.size else {})}
    return {
        **SEARCHSET,
        "total": total,
        "link": [
            {"relation": name, "url": _search(kind, asked, page=number)}
            for name, number in links.items()
        ],
        **_entries(resources),
    }


def part_of(kind: str, asked: Asked, resources: Iterable[Json], following: str | None) -> Json:
    """A page of a list that is told apart by where it begins; `following` begins the next one."""
    links = [{"relation": "self", "url": _search(kind, asked)}]
    if following is not None:
        links.append({"relation": "next", "url": _search(kind, asked, after=following)})
    return {**SEARCHSET, "link": links, **_entries(resources)}


def _entries(resources: Iterable[Json]) -> Json:
    found = [
        {"fullUrl": address(each), "resource": each, "search": {"mode": "match"}}
        for each in resources
    ]
    return {"entry": found} if found else {}  # FHIR's JSON has no empty list


def _search(kind: str, asked: Asked, **more: object) -> str:
    query = urlencode([*asked.used(), *more.items()])
    return f"{base()}/{kind}?{query}" if query else f"{base()}/{kind}"
