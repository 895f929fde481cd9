"""Reads a mail that came in, whoever wrote it and whatever they meant it to do to us.

Only what is needed is read, and only so much of it: the standard library's reader of whole messages
takes minutes over nested parts that somebody made up, and its stack ends before they do. Headers
are RFC 5322's, parts RFC 2046's; what does not hold to them is text.
"""

import html
import re
from binascii import Error, a2b_base64, a2b_qp
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from typing import Final

LARGEST: Final = 12_000_000  # bytes that are looked at: a photo or two of a few megabytes each
LONGEST_HEAD: Final = 65_536
LONGEST_FIELD: Final = 4_000
MOST_PARTS: Final = 20
DEEPEST: Final = 4
LONGEST_TEXT: Final = 100_000

Fields = Mapping[str, tuple[str, ...]]
"""Header fields by their name in lower case, each with its values in their order, unfolded."""

BLANK: Final = re.compile(rb"\r?\n\r?\n")
BLANK_TEXT: Final = re.compile(r"\r?\n[ \t]*\r?\n")
FOLD: Final = re.compile(r"\r?\n[ \t]+")
FIELD: Final = re.compile(r"([!-9;-~]{1,76})[ \t]*:(.*)")  # RFC 5322, 2.2
CHARSET: Final = re.compile(
    r"utf-?8|us-ascii|ascii|latin-?1|iso-?8859-\d{1,2}|(?:windows-|cp)125\d|utf-16(?:le|be)?|koi8-[ru]",
    re.IGNORECASE,
)
"""Those that are read in one go; some of Python's others take the square of a text's length."""
UNREAD: Final = re.compile(r"<(style|script|head|title)\b[^>]{0,1000}>", re.IGNORECASE)
BREAK: Final = re.compile(r"<(?:br|p|div|li|tr|h\d|blockquote)\b[^>]{0,1000}>", re.IGNORECASE)
MARK: Final = re.compile(r"<[^<>]{0,10000}>")

VERP: Final = re.compile(r"\+([0-9a-f]{32})@", re.IGNORECASE)
MESSAGE_ID: Final = re.compile(r"<([0-9a-f]{32})@", re.IGNORECASE)
ENVELOPE: Final = ("x-original-to", "delivered-to", "envelope-to", "x-envelope-to", "to", "cc")
ANSWERED: Final = ("in-reply-to", "references")


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of a mail: what it says it is, in lower case, and its text."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """The same as it came: its header fields, and its content without its coding."""

    fields: Fields
    kind: str
    charset: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as far as it is looked at; a message within it is a part like any other."""

    fields: Fields
    parts: tuple[Part, ...]

    def first(self, name: str) -> str:
        """The first value of a header field; "" where there is none."""
        return next(iter(self.fields.get(name, ())), "")

    def of_kind(self, *kinds: str) -> Iterator[str]:
        """The texts of the parts of these kinds, in their order."""
        return (part.text for part in self.parts if part.kind in kinds)


def opened(raw: bytes) -> Mail:
    """The mail in these bytes; whatever they are, it is no error, and takes well under a second."""
    head, body = _begun(raw)
    return Mail(head, tuple(_read(each) for each in _leaves(head, body)))


def leaves(raw: bytes) -> Iterator[Leaf]:
    """The parts of a mail as they came, as many as are looked at."""
    return _leaves(*_begun(raw))


def is_mail(raw: bytes) -> bool:
    """Whether some bytes are a mail at all: RFC 5322, 3.6, has each name its sender and date."""
    fields = opened(raw).fields
    return not fields.keys().isdisjoint({"from", "date", "message-id", "received"})


def fields_of(text: str) -> Fields:
    """The header fields in a text, as much of it as a head may be long; other lines are none."""
    found: dict[str, list[str]] = {}
    for line in FOLD.sub(" ", text[:LONGEST_HEAD]).splitlines():
        match = FIELD.match(line)
        if match:
            value = "".join(sign for sign in match[2][:LONGEST_FIELD] if sign.isprintable())
            found.setdefault(match[1].lower(), []).append(value.strip())
    return {name: tuple(values) for name, values in found.items()}


def verp(mail: Mail, recipient: str = "") -> str | None:
    """The reference in the return address that a mail came to (bounce+<reference>@…)."""
    places = [recipient, *(value for name in ENVELOPE for value in mail.fields.get(name, ()))]
    return _first(VERP, places)


def answered(mail: Mail) -> str | None:
    """The reference of the message of ours that a mail says it answers."""
    return _first(MESSAGE_ID, [v for name in ANSWERED for v in mail.fields.get(name, ())])


def returned(mail: Mail) -> str | None:
    """The reference of the message of ours whose headers a mail brings back."""
    kinds = (
        "message/rfc822",
        "text/rfc822-headers",
        "message/rfc822-headers",  # no type of any RFC, and yet what some servers write
        "message/global",
        "message/global-headers",
    )
    heads = (BLANK_TEXT.split(text.lstrip(), 1)[0] for text in mail.of_kind(*kinds))
    return _first(MESSAGE_ID, [v for head in heads for v in fields_of(head).get("message-id", ())])


def subject(mail: Mail) -> str:
    """The subject in words."""
    return in_words(mail.first("subject"))


def in_words(field: str) -> str:
    """A header field that may be encoded (RFC 2047), as people read it."""
    try:
        words = [
            word if isinstance(word, str) else _decoded(word, charset or "")
            for word, charset in decode_header(field)
        ]
    except (HeaderParseError, ValueError):
        return field
    return "".join(words)


def text(mail: Mail) -> str:
    """What a person wrote, as plain text; of what is written twice, the plain one."""
    for kind in ("text/plain", "text/html"):
        found = next((each for each in mail.of_kind(kind) if each.strip()), None)
        if found is not None:
            return (found if kind == "text/plain" else _unmarked(found)).strip()
    return ""


def _first(pattern: re.Pattern[str], places: list[str]) -> str | None:
    found = (pattern.search(place) for place in places)
    return next((match[1].lower() for match in found if match), None)


def _begun(raw: bytes) -> tuple[Fields, bytes]:
    """The head and the body of a whole mail."""
    raw = raw[:LARGEST]
    if raw.startswith(b"From "):  # what some servers put before the first header
        raw = raw.partition(b"\n")[2]
    return _halves(raw)


def _read(leaf: Leaf) -> Part:
    """A letter is at most four bytes."""
    return Part(leaf.kind, _decoded(leaf.content[: 4 * LONGEST_TEXT], leaf.charset)[:LONGEST_TEXT])


def _halves(raw: bytes) -> tuple[Fields, bytes]:
    """The head and the body of a message or part."""
    if raw.startswith((b"\n", b"\r\n")):
        return {}, raw.lstrip(b"\r\n")
    end = BLANK.search(raw)
    head, body = (raw[: end.start()], raw[end.end() :]) if end else (raw, b"")
    return fields_of(head[:LONGEST_HEAD].decode("utf-8", "replace")), body


def _leaves(head: Fields, body: bytes) -> Iterator[Leaf]:
    """The parts that have no parts, as many as are looked at."""
    waiting = [(head, body, 0)]
    count = 0
    while waiting and count < MOST_PARTS:
        fields, content, depth = waiting.pop()
        count += 1
        kind, boundary, charset = _declared(fields)
        if kind.startswith("multipart/") and boundary and depth < DEEPEST:
            inner = [(*_halves(each), depth + 1) for each in _split(content, boundary)]
            waiting += reversed(inner)
        else:
            yield Leaf(fields, kind, charset, _uncoded(content, fields))


def _declared(fields: Fields) -> tuple[str, bytes, str]:
    """What a part says it is, where its parts begin, and how its text is written."""
    declared = Message()
    declared["Content-Type"] = next(iter(fields.get("content-type", ())), "text/plain")
    try:
        kind = declared.get_content_type()
        boundary = declared.get_boundary() or ""
        charset = declared.get_content_charset() or ""
    except Exception:  # noqa: BLE001 - what a made-up parameter breaks in there is nobody's to say
        return "text/plain", b"", ""
    return kind, boundary[:70].encode("utf-8", "replace"), charset  # RFC 2046, 5.1.1: 70 letters


def _split(content: bytes, boundary: bytes) -> Iterator[bytes]:
    """What stands between the lines that part it (RFC 2046, 5.1.1)."""
    line = re.compile(rb"^--" + re.escape(boundary) + rb"(--)?[ \t]*\r?$", re.MULTILINE)
    start: int | None = None
    for count, found in enumerate(line.finditer(content)):
        if start is not None:
            yield content[start : found.start()]
        start = found.end() + 1
        if found[1] or count == MOST_PARTS:
            return
    if start is not None:
        yield content[start:]


def _uncoded(content: bytes, fields: Fields) -> bytes:
    coding = next(iter(fields.get("content-transfer-encoding", ())), "").lower()
    try:
        if coding == "base64":
            return a2b_base64(content)
    except Error:  # it is not what it says: then as it stands
        return content
    return a2b_qp(content) if coding == "quoted-printable" else content


def _decoded(content: bytes, charset: str) -> str:
    known = charset if CHARSET.fullmatch(charset) else "utf-8"
    try:
        return content.decode(known, "replace").replace("\0", "")
    except LookupError:  # a number that no part of ISO 8859 has
        return content.decode("utf-8", "replace").replace("\0", "")


def _unmarked(marked: str) -> str:
    """What is read of HTML."""
    return html.unescape(MARK.sub("", BREAK.sub("\n", _without_unread(marked))))


def _without_unread(marked: str) -> str:
    kept, place = [], 0
    while found := UNREAD.search(marked, place):
        kept.append(marked[place : found.start()])
        end = re.compile(rf"</{found[1]}\s*>", re.IGNORECASE).search(marked, found.end())
        place = end.end() if end else len(marked)
    return "".join([*kept, marked[place:]])
