"""No page that stands open, no error and no log line says anything of a person.

The routes are read from the application: a door that is new, a metric or an API, is in here by
being there.
"""

import logging

import pytest
from flask import Flask

from tests.functional.web.test_nobody_is_named import SIGNS, STAFF, Here, here, walk

__all__ = ["here"]


def test_no_open_page_and_no_error_names_somebody(here: Here) -> None:
    app: Flask = here.invited.app
    client = app.test_client()
    seen = 0
    for rule in app.url_map.iter_rules():
        for address in here._of(rule):  # noqa: SLF001 - every page, whoever it is for
            for method in ("GET", "POST", "DELETE"):
                answer = client.open(address, method=method, json={})
                said = answer.get_data(as_text=True).lower()
                assert [each for each in SIGNS if each in said] == [], (method, address)
                seen += 1
                answer.close()
    assert seen > 300


@pytest.mark.parametrize("email", ["coordinator@own.example.org", "admin@own.example.org"])
def test_no_log_line_names_somebody(
    here: Here,
    email: str,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    walk(here, email)
    out = capsys.readouterr()
    said = (caplog.text + out.out + out.err).lower()
    assert [each for each in SIGNS if each in said] == []
    assert {email for email in STAFF if email in said} == set()
