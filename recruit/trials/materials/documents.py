"""The document of an ethics committee's decision: a PDF by its content, whatever it is called."""

from hashlib import sha256
from typing import Final

from recruit.core.errors import Refusal
from recruit.core.i18n import N_

LARGEST: Final = 10 * 1024 * 1024  # bytes
LONGEST_NAME: Final = 120
BEGINS: Final = b"%PDF-"
VERSIONS: Final = (b"1.", b"2.")
ENDS: Final = b"%%EOF"
LAST: Final = 1024  # bytes in which a PDF ends: ISO 32000-1, 7.5.5 and its implementation notes


def checked(name: str, data: bytes) -> str:
    """The SHA-256 of a document that can be taken.

    Raises:
        Refusal: it is too large, or no PDF.
    """
    if not data:
        _refuse(name, N_("Please choose the document."))
    if len(data) > LARGEST:
        _refuse(name, N_("The document is larger than 10 MB."))
    is_pdf = data.startswith(BEGINS) and data[len(BEGINS) :].startswith(VERSIONS)
    if not is_pdf or ENDS not in data[-LAST:]:
        _refuse(name, N_("This is not a whole PDF document."))
    return sha256(data).hexdigest()


def called(name: str) -> str:
    """A file's name without its folders and without signs that do more than name it."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(sign for sign in last if sign.isalnum() or sign in " ._-()").strip(" .")
    return kept.removesuffix(".pdf").removesuffix(".PDF")[:LONGEST_NAME].strip() or "decision"


def _refuse(name: str, problem: str) -> None:
    raise Refusal(record=called(name), field="document", problem=problem)
