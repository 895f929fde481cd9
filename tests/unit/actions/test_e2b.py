"""ICH E2B(R3): what is written keeps every rule, and whatever breaks one is found."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element, fromstring, tostring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recruit.actions.safety.cases import Version
from recruit.actions.safety.e2b import Envelope, company, written
from recruit.actions.safety.e2b_check import faults, read
from recruit.actions.safety.e2b_rules import FIXED, LISTS, RULES, Rule, Type
from recruit.actions.safety.report import (
    Change,
    Criterion,
    Kind,
    Outcome,
    Product,
    Related,
    Report,
    Sex,
    Source,
)
from recruit.core.dates import PartialDate

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
REPORT = Report(
    patient="P-7F3K",
    sex=Sex.FEMALE,
    age=52,
    source=Source.PATIENT,
    country="FR",
    kind=Kind.STUDY,
    trial="NCT00000001",
    study="A weekly tablet",
    sponsor="Example University",
    product="Weekly tablet",
    role=Product.SUSPECT,
    event="mal au ventre",
    language="fr",
    onset=PartialDate.parse("2026-10-03"),
    criteria=frozenset({Criterion.HOSPITALISATION}),
    outcome=Outcome.RECOVERING,
    related=Related.RELATED,
    narrative="Seen by the site.",
    change=Change.AMENDMENT,
    reason="The onset was wrong.",
    words=("J’ai mal au ventre.",),
)
ENVELOPE = Envelope(
    case=12,
    company=company("Exemple & Cie"),
    organisation="Exemple & Cie",
    country="FR",
    received=AT - timedelta(hours=5),
    newest=AT - timedelta(hours=1),
    at=AT + timedelta(minutes=1),
)
OTHER_OID = "1.2.3"
WRONG = {
    Type.NUMBER: "x",
    Type.BOOLEAN: "perhaps",
    Type.MOMENT: "20261122080000",
    Type.DAY: "202611",
    Type.DATE: "2026-10",
    Type.COUNTRY: "fra",
    Type.LANGUAGE: "fr",
    Type.ID: "1",
}


def message(report: Report = REPORT) -> bytes:
    return written(Version(2, report, "account 1", AT), ENVELOPE)


def numbers(batch: Element) -> set[str]:
    return {fault.number for fault in faults(tostring(batch))}


def of_message() -> Element:
    return fromstring(message())  # noqa: S314 - our own


def elements(rule: Rule) -> tuple[Element, list[Element]]:
    batch = of_message()
    found = read(batch, rule)
    assert found, f"the sample has no {rule.number}"
    return batch, found


def put(element: Element, rule: Rule, value: str) -> None:
    if rule.holds:
        element.set(rule.holds, value)
    else:
        element.text = value


EACH = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.number)


def some(keep: object) -> pytest.MarkDecorator:
    chosen = [rule for rule in RULES if callable(keep) and keep(rule)]
    return pytest.mark.parametrize("rule", chosen, ids=lambda rule: rule.number)


def test_what_is_written_keeps_every_rule() -> None:
    assert faults(message()) == []


def test_it_is_utf_8_and_says_so() -> None:
    assert message().startswith(b"<?xml version='1.0' encoding='UTF-8'?>")


@EACH
def test_the_sample_has_every_element_that_has_a_rule(rule: Rule) -> None:
    elements(rule)


@some(lambda rule: rule.required)
def test_a_missing_element_is_found(rule: Rule) -> None:
    batch, [element] = elements(rule)
    parent = next(each for each in batch.iter() if element in list(each))
    parent.remove(element)
    assert rule.number in numbers(batch)


@EACH
def test_an_element_that_stands_twice_is_found(rule: Rule) -> None:
    batch, [element] = elements(rule)
    parent = next(each for each in batch.iter() if element in list(each))
    parent.append(deepcopy(element))
    assert rule.number in numbers(batch)


@EACH
def test_an_empty_element_is_found(rule: Rule) -> None:
    batch, [element] = elements(rule)
    element.attrib.pop("nullFlavor", None)
    put(element, rule, "")
    assert rule.number in numbers(batch)


@EACH
def test_a_null_flavor_that_is_not_allowed_is_found(rule: Rule) -> None:
    batch, [element] = elements(rule)
    element.set("nullFlavor", "PINF")
    assert rule.number in numbers(batch)


@some(lambda rule: rule.type in WRONG)
def test_a_value_of_another_type_is_found(rule: Rule) -> None:
    batch, [element] = elements(rule)
    element.attrib.pop("nullFlavor", None)
    put(element, rule, WRONG[rule.type])
    assert rule.number in numbers(batch)


@some(lambda rule: rule.codes)
def test_a_code_that_is_not_of_its_list_is_found(rule: Rule) -> None:
    batch, [element] = elements(rule)
    element.attrib.pop("nullFlavor", None)
    put(element, rule, "9")
    assert rule.number in numbers(batch)


@some(lambda rule: rule.longest)
def test_a_value_that_is_too_long_is_found(rule: Rule) -> None:
    batch, [element] = elements(rule)
    element.attrib.pop("nullFlavor", None)
    put(element, rule, "1" * ((rule.longest or 0) + 1))
    assert rule.number in numbers(batch)


@some(lambda rule: rule.oid)
def test_another_oid_is_found(rule: Rule) -> None:
    batch, [element] = elements(rule)
    element.set("root" if "[root]" in rule.path else "codeSystem", OTHER_OID)
    if rule.required or "[root]" not in rule.path:
        assert rule.number in numbers(batch) or "nullFlavor" in element.attrib
    else:
        assert read(batch, rule) == []


@some(lambda rule: rule.coded)
def test_another_data_type_of_hl7_is_found(rule: Rule) -> None:
    batch, [element] = elements(rule)
    element.set("{http://www.w3.org/2001/XMLSchema-instance}type", "ANY")
    assert rule.number in numbers(batch)


@some(lambda rule: rule.type in {Type.MOMENT, Type.DAY, Type.DATE})
def test_a_day_that_no_calendar_has_is_found(rule: Rule) -> None:
    batch, [element] = elements(rule)
    put(element, rule, "20261332080000+0000" if rule.type is Type.MOMENT else "20261332")
    assert rule.number in numbers(batch)


@pytest.mark.parametrize("number", ["C.1.2", "C.1.4", "C.1.5", "E.i.4"])
def test_a_date_to_come_is_found(number: str) -> None:
    [rule] = [each for each in RULES if each.number == number]
    batch, [element] = elements(rule)
    put(element, rule, "20990101080000+0000" if rule.type is Type.MOMENT else "20990101")
    assert number in numbers(batch)


@pytest.mark.parametrize(("path", "attribute", "_value"), FIXED)
def test_what_the_message_says_of_itself_is_asked_for(
    path: str, attribute: str, _value: str
) -> None:
    whole = message().decode()
    assert _value in whole
    batch = of_message()
    for element in batch.iter():
        if element.get(attribute) == _value and element.tag.endswith(path.rsplit("/", 1)[-1]):
            element.set(attribute, "other")
    assert "HL7" in numbers(batch)


@pytest.mark.parametrize(("path", "oid"), LISTS)
def test_codes_of_another_list_are_found(path: str, oid: str) -> None:
    batch = of_message()
    assert path
    for element in batch.iter():
        if element.get("codeSystem") == oid and element.tag.endswith("}code"):
            element.set("codeSystem", OTHER_OID)
    assert "HL7" in numbers(batch)


BROKEN = {
    "N.2.r.1": ("FR-EXEMPLECIE-12", "FR-EXEMPLECIE-13", 2),
    "C.1.1": ("FR-EXEMPLECIE-12", "12", -1),
    "C.5.4": ('<code code="1" codeSystem="2.16.840.1.113883.3.989.2.1.1.8" />', "", -1),
    "C.1.11.2": ("<originalText>The onset was wrong.</originalText>", "", -1),
    "D.2.2b": (' unit="a"', "", -1),
    "C.1.5": ('availabilityTime value="20261122"', 'availabilityTime value="20261101"', -1),
    "C.2.r.5": ('<priorityNumber value="1" />', "", -1),
}


@pytest.mark.parametrize("number", BROKEN)
def test_what_does_not_go_together_is_found(number: str) -> None:
    before, after, count = BROKEN[number]
    whole = message().decode()
    assert before in whole
    if count == 2:  # the second stands in the message, the first in the batch
        first = whole.index(before) + len(before)
        whole = whole[:first] + whole[first:].replace(before, after, 1)
    else:
        whole = whole.replace(before, after)
    assert number in {fault.number for fault in faults(whole.encode())}


def test_an_assessment_that_points_elsewhere_is_found() -> None:
    batch = of_message()
    for each in batch.iter("{urn:hl7-org:v3}productUseReference"):
        each[0].set("root", "154eb889-958b-45f2-a02f-42d4d6f4657f")
    assert "G.k" in numbers(batch)


@pytest.mark.parametrize(
    "text",
    [b"", b"<a", b"<a/>", message().replace(b"urn:hl7-org:v3", b"urn:other"), b"\xff\xfe"],
)
def test_what_is_no_message_is_found(text: bytes) -> None:
    assert [fault.number for fault in faults(text)] == ["XML"]


def test_an_entity_is_not_followed() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    assert [fault.number for fault in faults(bomb)] == ["XML"]


texts = st.text(st.characters(exclude_categories=()), max_size=300)


@settings(max_examples=50)
@given(event=texts, words=texts, reason=texts, study=texts)
def test_no_words_break_the_message(event: str, words: str, reason: str, study: str) -> None:
    made = message(
        replace(
            REPORT,
            event=f"a{event}"[:250],
            words=(words,),
            reason=f"a{reason}a",
            study=f"a{study}a",
        )
    )
    assert faults(made) == []


@pytest.mark.parametrize("sign", ["<", "&", "]]>", '"', "<!--", "<?xml ?>", "&#0;"])
def test_markup_in_words_stays_words(sign: str) -> None:
    batch = fromstring(message(replace(REPORT, words=(f"a {sign} b",))))  # noqa: S314 - our own
    text = batch.find(".//{*}investigationEvent/{*}text")
    assert text is not None
    assert f"a {sign} b" in (text.text or "")


@pytest.mark.parametrize("sign", ["\x00", "\x0b", "\x1f", "\ufffe", "\ud800"])
def test_what_xml_refuses_leaves_a_visible_mark(sign: str) -> None:
    made = message(replace(REPORT, words=(f"a{sign}b",)))
    assert faults(made) == []
    assert "a\ufffdb" in made.decode()


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("source", list(Source))
def test_every_choice_of_the_form_is_written(kind: Kind, outcome: Outcome, source: Source) -> None:
    report = replace(
        REPORT,
        kind=kind,
        outcome=outcome,
        source=source,
        criteria=frozenset(Criterion),
        age=None,
        sex=Sex.UNKNOWN,
        onset=None,
        related=Related.NOT_SAID,
        change=Change.FIRST,
        reason="",
    )
    assert faults(message(report)) == []


def test_a_report_without_a_study_is_written() -> None:
    report = replace(REPORT, kind=Kind.SPONTANEOUS, trial=None, study="", sponsor="")
    assert faults(message(report)) == []


@pytest.mark.parametrize("onset", ["2025", "2025-04", "2025-04-30"])
def test_an_onset_is_written_as_closely_as_it_is_known(onset: str) -> None:
    made = message(replace(REPORT, onset=PartialDate.parse(onset)))
    assert f'<low value="{onset.replace("-", "")}" />' in made.decode()
    assert faults(made) == []


def test_the_number_is_the_same_in_every_version() -> None:
    first = written(Version(1, REPORT, "account 1", AT), ENVELOPE)
    assert first.count(b'"FR-EXEMPLECIE-12"') == message().count(b'"FR-EXEMPLECIE-12"') == 3


def test_no_reporter_is_named() -> None:
    assert message().count(b'nullFlavor="MSK"') == 2
