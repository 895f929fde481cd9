"""Other ways to say a name that follow from its words, in normal form."""

from collections.abc import Iterator
from typing import Final

from recruit.terminology.concepts import Kind

# An organ as an adjective and as a noun: "hepatic failure", "liver failure".
ORGANS: Final = (
    ("hepatic", "liver"),
    ("renal", "kidney"),
    ("cardiac", "heart"),
    ("pulmonary", "lung"),
    ("gastric", "stomach"),
    ("cerebral", "brain"),
    ("mammary", "breast"),
    ("ocular", "eye"),
    ("dermatologic", "skin"),
    ("psychiatric", "mental"),
    ("neurological", "neurologic"),
    ("hematological", "hematologic"),
)
# What a disorder in general is called.
DISORDERS: Final = ("disease", "disorder", "illness")
FAILURES: Final = ("insufficiency", "impairment", "dysfunction")
CANCERS: Final = ("neoplasm", "cancer", "malignancy", "tumor")
PREFIXES: Final = frozenset(
    {
        "anti",
        "non",
        "pre",
        "post",
        "co",
        "re",
        "hyper",
        "hypo",
        "sub",
        "micro",
        "neuro",
        "cardio",
        "extra",
        "intra",
        "inter",
        "multi",
        "poly",
        "peri",
        "trans",
        "ultra",
        "semi",
        "auto",
        "broncho",
        "gastro",
        "immuno",
        "radio",
        "chemo",
        "psycho",
        "thrombo",
        "osteo",
        "cerebro",
        "hemo",
    }
)


def of(name: str, kind: Kind) -> Iterator[str]:
    """Variants of `name`, itself left out."""
    words = name.split()
    for place, word in enumerate(words[:-1]):
        if word in PREFIXES:
            joined = [*words[:place], word + words[place + 1], *words[place + 2 :]]
            yield _name(joined)
    if kind is not Kind.CONDITION:
        return
    for group in (DISORDERS, FAILURES, CANCERS):
        if len(words) > 1 and words[-1] in group:
            yield from (_name([*words[:-1], other]) for other in group if other != words[-1])
    for place, word in enumerate(words):
        for one, two in ORGANS:
            if word in {one, two}:
                yield _name([*words[:place], two if word == one else one, *words[place + 1 :]])
    if words[:2] == ["tumeur", "maligne"] and len(words) > 2:  # noqa: PLR2004 - and a place
        yield _name(["cancer", *words[2:]])


def _name(words: list[str]) -> str:
    return "".join(f"{word} " for word in words)
