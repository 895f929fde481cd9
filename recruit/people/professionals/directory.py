"""A directory of professionals that speaks FHIR: `GET Practitioner?identifier=<number>`.

FHIR R4, 3.1.1 (search) and 8.4 (Practitioner). The number is asked for in any system and compared
with the answer's own identifiers; the family name has to be the same as well, so that nobody comes
in with somebody else's number.
"""

from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, Field, ValidationError

from recruit.core.errors import Unreachable
from recruit.core.fetching import CHUNK, bounded
from recruit.terminology.words import plain

TIMEOUT: Final = (5, 10)  # seconds to connect, and for the answer
LARGEST: Final = 1 << 20


class _Identifier(BaseModel):
    value: str = ""


class _Name(BaseModel):
    family: str = ""
    given: tuple[str, ...] = ()


class _Practitioner(BaseModel):
    resource_type: str = Field(alias="resourceType")
    active: bool = True
    identifier: tuple[_Identifier, ...] = ()
    name: tuple[_Name, ...] = ()


class _Entry(BaseModel):
    resource: dict[str, Any] = {}


class _Bundle(BaseModel):
    resource_type: str = Field(alias="resourceType")
    entry: tuple[_Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Directory:
    """The directory at `url`, which ends before `/Practitioner`."""

    url: str

    def knows(self, number: str, family: str) -> bool:
        """Whether an active professional has this number and family name.

        Raises:
            Unreachable: it does not answer, or not as a directory does.
        """
        return any(
            person.active
            and any(each.value == number for each in person.identifier)
            and any(_plain(each.family) == _plain(family) for each in person.name)
            for person in self._found(number)
        )

    def _found(self, number: str) -> list[_Practitioner]:
        import requests  # noqa: PLC0415 - slow to import

        try:
            answer = requests.get(
                f"{self.url}/Practitioner",
                params={"identifier": number},
                headers={"Accept": "application/fhir+json"},
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            )
            with answer:
                body = bounded(answer.iter_content(CHUNK), LARGEST)
            if answer.status_code != requests.codes.ok or body is None:
                raise DirectoryDown
            bundle = _Bundle.model_validate_json(body)
            found = [each.resource for each in bundle.entry]
            return [
                _Practitioner.model_validate(each)
                for each in found
                if each.get("resourceType") == "Practitioner"
            ]
        except (requests.RequestException, ValidationError):
            # Its own words would hold the number.
            raise DirectoryDown from None


class DirectoryDown(Unreachable):
    """The directory of professionals does not answer."""


def _plain(name: str) -> str:
    return "".join(letter for letter in plain(name) if letter.isalnum())
