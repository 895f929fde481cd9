"""Whether a message keeps the rules of ICH E2B(R3): reads the XML alone, knows no writer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from recruit.actions.safety.e2b_rules import CAUSE, EVENT, FIXED, LISTS, RULES, Rule, Type

HL7: Final = "{urn:hl7-org:v3}"
XSI_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
ROOT: Final = f"{HL7}MCCI_IN200100UV01"
STEP: Final = re.compile(r"(\w+)(?:\[(?:code=(\w+)|(root))\])?")
FORMS: Final = {
    Type.NUMBER: re.compile(r"\d+"),
    Type.BOOLEAN: re.compile("true|false"),
    Type.MOMENT: re.compile(r"\d{14}[+-]\d{2}(?:\d{2})?"),
    Type.DAY: re.compile(r"\d{8}(?:\d{6}[+-]\d{2}(?:\d{2})?)?"),
    Type.DATE: re.compile(r"\d{4}(?:\d{2}){0,2}"),
    Type.COUNTRY: re.compile("[A-Z]{2}"),
    Type.LANGUAGE: re.compile("[a-z]{3}"),
    Type.TEXT: re.compile(r"\s*\S.*", re.DOTALL),
}
DATES: Final = frozenset({Type.MOMENT, Type.DAY, Type.DATE})
LAST_PARTS: Final = {4: "0101", 6: "01"}


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that a message breaks: the element's number, and what is wrong."""

    number: str
    problem: str


def faults(message: bytes) -> list[Fault]:
    """Every fault of a message, in the order of the rules; none where it may go out."""
    try:
        batch = fromstring(message.decode("utf-8"))
    except (ParseError, DefusedXmlException, UnicodeDecodeError, ValueError):
        return [Fault("XML", "not well-formed UTF-8 XML")]
    if batch.tag != ROOT:
        return [Fault("XML", "not a batch of HL7 v3")]
    found = [fault for rule in RULES for fault in _of_rule(batch, rule)]
    return [*found, *_fixed(batch), *_lists(batch), *_together(batch)]


def read(batch: Element, rule: Rule) -> list[Element]:
    """The XML elements that a rule is about."""
    return _walk([batch], rule.path, rule.oid)


def _of_rule(batch: Element, rule: Rule) -> Iterator[Fault]:
    elements = read(batch, rule)
    if not elements and rule.required:
        yield Fault(rule.number, "missing")
    if len(elements) > 1:
        yield Fault(rule.number, "more than one")
    for element in elements:
        yield from _of_element(element, rule)


def _of_element(element: Element, rule: Rule) -> Iterator[Fault]:
    if rule.coded and element.get(XSI_TYPE) != rule.coded:
        yield Fault(rule.number, f"not of the type {rule.coded}")
    null = element.get("nullFlavor")
    value = element.get(rule.holds) if rule.holds else element.text
    if null is not None:
        if null not in rule.nulls:
            yield Fault(rule.number, f"nullFlavor {null} is not allowed")
        if value:
            yield Fault(rule.number, "a value beside a nullFlavor")
        return
    if rule.oid and "[root]" not in rule.path and element.get("codeSystem") != rule.oid:
        yield Fault(rule.number, "another code list")
    if not value:
        yield Fault(rule.number, "empty")
        return
    yield from (Fault(rule.number, problem) for problem in _problems(value, rule))


def _problems(value: str, rule: Rule) -> Iterator[str]:
    if rule.longest is not None and len(value) > rule.longest:
        yield f"longer than {rule.longest}"
    if rule.codes and value not in rule.codes:
        yield "not a value of its list"
    if rule.type is Type.ID:
        if not _is_uuid(value):
            yield "no UUID"
    elif not FORMS[rule.type].fullmatch(value):
        yield f"not of the form {rule.type.value}"
    elif rule.type in DATES and _moment(value) is None:
        yield "no day of the calendar"


def _fixed(batch: Element) -> Iterator[Fault]:
    for path, attribute, wanted in FIXED:
        found = _walk([batch], path, None)
        if len(found) != 1 or found[0].get(attribute) != wanted:
            yield Fault("HL7", f"{path}/@{attribute} is not {wanted}")


def _lists(batch: Element) -> Iterator[Fault]:
    for path, oid in LISTS:
        if any(each.get("codeSystem") != oid for each in _walk([batch], path, None)):
            yield Fault("HL7", f"{path} is of another list than {oid}")


def _together(batch: Element) -> Iterator[Fault]:
    """The rules between elements."""
    one = {rule.number: _value(batch, rule) for rule in RULES}
    if one["N.2.r.1"] != one["C.1.1"]:
        yield Fault("N.2.r.1", "not the same as C.1.1")
    if one["N.2.r.4"] != one["C.1.2"]:
        yield Fault("N.2.r.4", "not the same as C.1.2")
    if not re.fullmatch("[A-Z]{2}-[^-]+-.+", one["C.1.1"]):
        yield Fault("C.1.1", "not country, company and number")
    if one["C.1.3"] == "2" and not one["C.5.4"]:
        yield Fault("C.5.4", "missing in a report from a study")
    if bool(one["C.1.11.1"]) != bool(one["C.1.11.2"]):
        yield Fault("C.1.11.2", "one without the other")
    if bool(one["D.2.2a"]) != bool(one["D.2.2b"]):
        yield Fault("D.2.2b", "one without the other")
    yield from _in_time(one)
    yield from _pointing(batch, one)


def _in_time(one: dict[str, str]) -> Iterator[Fault]:
    """No date lies after the transmission, and what is newest is not older than what was first."""
    sent = _moment(one["N.1.5"])
    for number in ("C.1.2", "C.1.4", "C.1.5", "E.i.4"):
        at = _moment(one[number])
        if sent and at and at > sent:
            yield Fault(number, "in the future")
    first, newest = _moment(one["C.1.4"]), _moment(one["C.1.5"])
    if first and newest and newest < first:
        yield Fault("C.1.5", "before C.1.4")


def _pointing(batch: Element, one: dict[str, str]) -> Iterator[Fault]:
    """An assessment is about the reaction and the product of this message."""
    for cause in _walk([batch], CAUSE, None):
        for path, number in (
            ("subject2/productUseReference/id", "G.k"),
            ("subject1/adverseEffectReference/id", "E.i"),
        ):
            for each in _walk([cause], path, None):
                if each.get("root") != one[number]:
                    yield Fault(number, "an assessment points elsewhere")
    if not _walk([batch], f"{CAUSE}[code=20]/subject2/productUseReference/id", None):
        yield Fault("G.k.1", "about no product")
    primary = _walk([batch], f"{EVENT}/outboundRelationship/priorityNumber", None)
    parents = [
        each
        for each in _walk([batch], f"{EVENT}/outboundRelationship", None)
        if each.find(f"{HL7}priorityNumber") is not None
    ]
    if primary and not _walk(parents, "relatedInvestigation[code=2]", None):
        yield Fault("C.2.r.5", "about no reporter")


def _value(batch: Element, rule: Rule) -> str:
    """The value of an element, "" where it is missing or null."""
    for element in read(batch, rule):
        return (element.get(rule.holds) if rule.holds else element.text) or ""
    return ""


def _walk(elements: list[Element], path: str, oid: str | None) -> list[Element]:
    for name, code, root in STEP.findall(path):
        children = [child for each in elements for child in each.findall(f"{HL7}{name}")]
        if code:
            children = [each for each in children if _coded(each) == code]
        if root:
            children = [each for each in children if each.get("root") == oid]
        elements = children
    return elements


def _coded(element: Element) -> str | None:
    code = element.find(f"{HL7}code")
    return code.get("code") if code is not None else None


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _moment(text: str) -> datetime | None:
    """The earliest moment that a date of the guide's form may mean; None where it is none."""
    day, zone = text[:8], text[14:]
    whole = day + LAST_PARTS.get(len(day), "")
    try:
        if len(text) <= len("CCYYMMDD"):
            return datetime.strptime(whole, "%Y%m%d").replace(tzinfo=UTC)
        return datetime.strptime(text[:14] + f"{zone:0<5}", "%Y%m%d%H%M%S%z")
    except ValueError:
        return None
