"""Postings with rules to edit, and the form as a browser without JavaScript sends it."""

import re
from html.parser import HTMLParser
from typing import Final

from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from recruit.core.dates import TimeUnit
from recruit.core.db import unit_of_work
from recruit.criteria.eligibility import Criterion, CriterionKind
from recruit.criteria.nodes import (
    AllOf,
    AnyOf,
    AtLeast,
    Clinical,
    Detail,
    Measure,
    Not,
    Rule,
    State,
    Unparsed,
    Window,
)
from recruit.terminology.concepts import Kind
from recruit.trials.posting import store
from recruit.trials.posting.content import Content, Reviewed, Standing
from tests.web_world import DIABETES

T2D: Final = Clinical(Kind.CONDITION, "type 2 diabetes", ("MESH:D003924",))
METFORMIN: Final = Clinical(
    Kind.DRUG, "metformin", ("ATC:A10BA02",), "ever", Window(min=3, unit=TimeUnit.MONTH)
)
HBA1C: Final = Measure("hba1c", 7.0, 10.5, unit="%", within=Window(max=3, unit=TimeUnit.MONTH))
ASTHMA: Final = Clinical(
    Kind.CONDITION, "asthma", ("MESH:D001249",), detail=Detail(severity="severe")
)
NESTED: Final = AllOf(
    (
        T2D,
        AnyOf((METFORMIN, HBA1C, Not(State("smoker")))),
        AtLeast(
            2,
            (
                Clinical(
                    Kind.CONDITION, "asthma", ("MESH:D001249",), detail=Detail(severity="severe")
                ),
                Measure("alt", max=3, times="uln", max_inclusive=False),
                Unparsed("keeps a diary"),
            ),
        ),
    )
)


def begin(engine: Engine, *rules: tuple[CriterionKind, str, Rule]) -> str:
    """A posting of the operator's own with these criteria; its number."""
    criteria = tuple(
        Reviewed(number, Criterion(kind, text, rule), Standing.READ)
        for number, (kind, text, rule) in enumerate(rules, 1)
    )
    number = store.new_id()
    with unit_of_work(engine) as session:
        store.begin(
            session, number, Content(DIABETES, criteria), organisation=None, author="account 1"
        )
    return number


class _Fields(HTMLParser):
    """What a browser would send of the form "rule-form"."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self.inside = False
        self.select: str | None = None
        self.options: list[tuple[str, bool]] = []
        self.area: str | None = None
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = own.get("id") == "rule-form"
        if not self.inside:
            return
        if tag == "input" and own.get("name"):
            if own.get("type") not in {"checkbox", "radio"} or "checked" in own:
                self.sent.append((own["name"], own.get("value", "")))
        elif tag == "select":
            self.select, self.options = own["name"], []
        elif tag == "option":
            self.options.append((own["value"], "selected" in own))
        elif tag == "textarea":
            self.area, self.words = own["name"], ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        if tag == "select" and self.select:
            chosen = [value for value, is_chosen in self.options if is_chosen]
            self.sent.append((self.select, (chosen or [self.options[0][0]])[0]))
            self.select = None
        if tag == "textarea" and self.area:
            self.sent.append((self.area, self.words.removeprefix("\n")))
            self.area = None


def fields(page: str) -> MultiDict[str, str]:
    """The fields of the form with what stands in them."""
    reader = _Fields()
    reader.feed(page)
    return MultiDict(reader.sent)


def press(client: FlaskClient, address: str, page: str, deed: str, **changed: str) -> TestResponse:
    """Send the form of `page` by the button `deed`, some fields `changed` ("r_min" is "r-min")."""
    sent = fields(page)
    for name, value in changed.items():
        sent[re.sub(r"^r_(?:(\d+)_)*", lambda at: at[0].replace("_", "-"), name)] = value
    sent["do"] = deed
    return client.post(address, data=sent)
