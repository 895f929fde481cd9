"""Every message in words: templates/messages/<name>/<language>/, in an environment of their own.

A message by e-mail is `subject.txt`, `body.txt` and `body.html`, one by text message `sms.txt`.
A field that a template names must be given, and nothing else may be.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, meta, select_autoescape

from recruit.consent.choices import Channel
from recruit.core.i18n import LANGUAGES
from recruit.core.paths import templates
from recruit.notify.letter import Letter

SPACES: Final = re.compile("[\u00a0\u202f]")
SUBJECT: Final = "subject.txt"
TEXT: Final = "body.txt"
HTML: Final = "body.html"
SMS: Final = "sms.txt"
FILES: Final = {Channel.EMAIL: (SUBJECT, TEXT, HTML), Channel.SMS: (SMS,)}


@dataclass(frozen=True, slots=True)
class Message:
    """Which message, in which language ("en", "fr"), and what fills its fields.

    A field of several lines is a list of lines to the reader: what was chosen, say.
    """

    name: str
    language: str
    fields: Mapping[str, str] = field(repr=False)


def check(message: Message, channel: Channel) -> None:
    """Whether this can be sent at all, found out where it is written.

    Raises:
        ValueError: no such message or channel, other fields than it has, or a control character.
    """
    if message.language not in LANGUAGES or channel not in FILES or message.name not in names():
        raise ValueError(message.name)
    if set(message.fields) != fields(message.name):
        raise ValueError(message.name)
    for text in message.fields.values():
        # French sets a space that does not break before ":" and "?": Python calls it unprintable.
        if not all(line.isprintable() for line in SPACES.sub(" ", text).split("\n")):
            raise ValueError(message.name)


def written(message: Message, channel: Channel, to: str, reference: str) -> Letter:
    """The message written out for one channel."""
    if channel is Channel.SMS:
        return Letter(reference, to, _filled(message, SMS))
    return Letter(
        reference,
        to,
        _filled(message, TEXT),
        subject=_filled(message, SUBJECT),
        html=_filled(message, HTML),
    )


@cache
def names() -> frozenset[str]:
    """Every message there is; a frame around approved texts has no subject and is none."""
    subjects = (templates() / "messages").glob(f"*/{LANGUAGES[0]}/{SUBJECT}")
    return frozenset(subject.parent.parent.name for subject in subjects)


@cache
def fields(name: str) -> frozenset[str]:
    """What the message with this name has to be given, whatever its language and channel.

    The HTML has no fields of its own: it says what the text says.
    """
    files = (SUBJECT, TEXT, SMS)
    return frozenset().union(*(_fields_of(f"{name}/{LANGUAGES[0]}/{file}") for file in files))


@cache
def environment() -> Environment:
    """HTML is escaped, text is not; a field that is missing is an error, never a gap."""
    return Environment(
        loader=FileSystemLoader(templates() / "messages"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )


def _fields_of(template: str) -> set[str]:
    source = (templates() / "messages" / template).read_text("utf-8")
    return meta.find_undeclared_variables(environment().parse(source))


def _filled(message: Message, file: str) -> str:
    template = environment().get_template(f"{message.name}/{message.language}/{file}")
    return template.render(message.fields, language=message.language).strip()
