"""What every source of words is read into."""

from dataclasses import dataclass

from recruit.terminology.concepts import Kind


@dataclass(frozen=True, slots=True)
class Name:
    """One name of an entry.

    `spoken` names are looked for in running text, the others only answer when asked for.
    `abbreviation` names are short forms; `case_sensitive` ones count only as they are written.
    Two entries of a kind that share a name with `identifies` are one thing; a name without it
    (an inclusion term, a brand) may be narrower than its entry. A name that is an entry's `own`
    belongs to it alone, whatever other sources say.
    """

    text: str
    language: str = "en"
    preferred: bool = False
    spoken: bool = True
    abbreviation: bool = False
    case_sensitive: bool = False
    identifies: bool = True
    own: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing as one source knows it, under its own `code` ("MESH:D003924", "ATC:A10BA02").

    `same` holds codes that the source says mean the same, `parents` those of wider things. With
    `rest` the parents are where a classification puts what it knows no more about: they hold for
    the entry alone, not for a thing that other sources know ("heart disease, unspecified").
    """

    code: str
    kind: Kind
    names: tuple[Name, ...]
    parents: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    rest: bool = False
