"""An index in a file: written from parts, so that a million people fit; mapped when opened.

The file holds no one's name. It is named for the code that wrote it, as another code may lay out or
understand its columns otherwise.
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

from numpy.typing import NDArray

from recruit.core.arrays import Writer, read_json
from recruit.criteria.nodes import Detail
from recruit.matching.index import Coded, Flags, Grades, Index, Span, Things, Values
from recruit.matching.joining import ABOUT, Joint
from recruit.matching.lists import Lists

Arrays = Mapping[str, NDArray[Any]]


@cache
def layout() -> str:
    """A digest of the code that lays out and understands what is saved."""
    here = Path(__file__).parent
    whole = hashlib.sha256()
    for name in ("building.py", "index.py", "joining.py", "lists.py", "saved.py", "shelving.py"):
        whole.update((here / name).read_bytes())
    return whole.hexdigest()[:16]


def write(writer: Writer, parts: Sequence[Index]) -> None:
    """Put the people of all `parts`, in their order, into a file as one index."""
    Joint(writer, parts).write()


def read(arrays: Arrays) -> Index:
    """The index that `write` wrote, as views of `arrays`; its people have no names."""
    about = cast("dict[str, Any]", read_json(arrays[ABOUT]))

    def coded(name: str) -> Coded:
        return Coded(arrays[name], tuple(about["labels"][name]))

    def span(name: str) -> Span:
        return Span(arrays[f"{name}/earliest"], arrays[f"{name}/latest"])

    def flags(name: str) -> dict[str, Flags]:
        return {key: arrays[f"{name}/{key}"] for key in about[name]}

    def lists(name: str) -> Lists:
        return Lists(about[name], arrays[f"{name}/begins"], arrays[f"{name}/rows"])

    return Index(
        people=(),
        born=span("born"),
        sexes=coded("sexes"),
        countries=coded("countries"),
        areas=coded("areas"),
        lat=arrays["lat"],
        lon=arrays["lon"],
        languages=flags("languages"),
        all_languages=arrays["all_languages"],
        complete=flags("complete"),
        things=Things(
            width=about["width"],
            beyond=arrays["things/beyond"],
            began=span("things/began"),
            ended=span("things/ended"),
            detail=arrays["things/detail"],
            details=tuple(Detail(*each) for each in about["details"]),
            contradicted=arrays["things/contradicted"],
            own=lists("own"),
            supporting=lists("supporting"),
        ),
        values={
            key: Values(
                arrays[f"values/{key}/person"],
                arrays[f"values/{key}/value"],
                span(f"values/{key}/taken"),
                arrays[f"values/{key}/uln"],
                arrays[f"values/{key}/lln"],
            )
            for key in about["values"]
        },
        grades={
            key: Grades(arrays[f"grades/{key}/person"], coded(f"grades/{key}/grade"))
            for key in about["grades"]
        },
        states={
            key: (arrays[f"states/{key}/person"], arrays[f"states/{key}/said"])
            for key in about["states"]
        },
        seeking=lists("seeking"),
    )
