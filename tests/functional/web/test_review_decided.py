"""The matches that somebody decided about, as the queue lists them."""

import re
from pathlib import Path

from sqlalchemy import Engine

from recruit.terminology.lexicon import Lexicon
from tests.coordinating import team


def test_a_decided_row_says_what_why_and_by_whom(
    tmp_path: Path, sqlite_engine: Engine, lexicon: Lexicon
) -> None:
    here = team(tmp_path, sqlite_engine, lexicon)
    client = here.enter()
    here.post(
        client,
        "/review/bulk",
        decision="no",
        match=here.matches["ada"],
        reason="known to the site",
    )
    waiting = client.get("/review").text
    assert here.people["ada"] not in waiting
    page = client.get("/review?state=decided").text
    said = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert re.search(rf"{here.people['ada']}.*No \(Known to the site already\) by you on \d", said)
    assert 'type="checkbox"' not in page


def test_after_many_were_decided_a_link_leads_to_them(
    tmp_path: Path, sqlite_engine: Engine, lexicon: Lexicon
) -> None:
    here = team(tmp_path, sqlite_engine, lexicon)
    page = here.post(
        here.enter(),
        "/review/bulk",
        decision="no",
        match=here.matches["ada"],
        reason="known to the site",
    )
    assert 'href="/review?state=decided"' in page
