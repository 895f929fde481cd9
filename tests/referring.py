"""Somebody who said yes to a study, on the way to one of its centres."""

import re
from datetime import timedelta
from html import unescape

from sqlalchemy import Engine

from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.referrals import paths, slots
from recruit.referrals.paths import Path
from recruit.referrals.slots import Offer
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from recruit.trials.centres import site_key
from recruit.trials.draft import Contact, SiteDraft, TrialDraft, TrialStatus
from tests.oneself import Own

SUGAR = TrialDraft(
    id="NCT00000777",
    title="Sugar at night",
    criteria="""Inclusion Criteria:

* Age 18 years or older
* Type 2 diabetes
* HbA1c between 7.0 and 10.5 %

Exclusion Criteria:

* Pregnancy
* Myocardial infarction within the last 6 months
* Current smoker
""",
    conditions=("Type 2 Diabetes",),
    status=TrialStatus.RECRUITING,
    sites=(
        SiteDraft("Centre du Rhône", "Lyon", "69002", "FR", 45.75, 4.83),
        SiteDraft(
            "Hôpital Saint-Exemple", "Paris", "75012", "FR", 48.84, 2.39,
            address="12 rue des Essais", contact=Contact(phone="01 99 00 12 34"),
        ),
        SiteDraft(
            "Centre fermé", "Paris", "75013", "FR", 48.83, 2.36, TrialStatus.COMPLETED
        ),
    ),
)  # fmt: skip
LYON, PARIS, CLOSED = (site_key(each) for each in SUGAR.sites)
STUDY = f"/me/trials/{SUGAR.id}"


def interested(engine: Engine, lexicon: Lexicon, person: str, draft: TrialDraft = SUGAR) -> Path:
    """The path of somebody who said yes to a study, which is kept when it is not."""
    with unit_of_work(engine) as session:
        trials.save(session, draft, lexicon)
        return paths.begin(session, draft.id, person, now(), "account 1")


def offered(engine: Engine, *, site: str = PARIS, places: int = 1, in_hours: int = 72) -> int:
    """A time that a site offers; its number."""
    starts = (now() + timedelta(hours=in_hours)).replace(minute=0, second=0, microsecond=0)
    with unit_of_work(engine) as session:
        made = Offer(SUGAR.id, site, starts, 30, places, "Europe/Paris")
        return slots.offer(session, made, now(), by="account 5")


def path_of(engine: Engine, person: str, trial: str = SUGAR.id) -> Path:
    """Where somebody stands."""
    with reading(engine) as session:
        found = paths.of(session, trial, person)
    assert found
    return found


def question_on(page: str) -> str:
    """What a page asks."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert found
    return unescape(found[1]).strip()


def answered(who: Own, replies: dict[str, dict[str, str]], unsure: str = "unsure") -> list[str]:
    """Go through the questions: by a word in each, what is sent; every other one is not known.

    The questions in their order.
    """
    asked = []
    page = who.client.get(f"{STUDY}/questions", follow_redirects=True)
    while "/done" not in page.request.path:
        question = question_on(page.text)
        fields = next((sent for word, sent in replies.items() if word in question), None)
        here = page.request.path
        sent = who.send(here, here, **(fields or {"answer": unsure}))
        assert sent.status_code == 302, sent.text
        asked.append(question)
        page = who.client.get(sent.headers["Location"], follow_redirects=True)
        if "/may-not-fit" in page.request.path:
            page = who.client.get(f"{STUDY}/questions", follow_redirects=True)
    return asked


def chosen(who: Own, site: str = PARIS, way: str = "email") -> None:
    """Choose a site and how to be reached."""
    assert who.send(f"{STUDY}/site", f"{STUDY}/site", site=site).status_code == 302
    sent = who.send(f"{STUDY}/reach", f"{STUDY}/reach", way=way, **{"time-morning": "yes"})
    assert sent.status_code == 302, sent.text


def released(who: Own, site: str = PARIS) -> None:
    """Say yes before anything is given."""
    page = f"{STUDY}/confirm"
    shown = who.browser.look(page, "csrf_token", "notice")
    sent = who.client.post(page, data={**shown, "agree": "yes", "site": site})
    assert sent.status_code == 302, sent.text


def through(who: Own, site: str = PARIS) -> None:
    """The whole way to a site that may know who somebody is."""
    answered(who, {})
    chosen(who, site)
    released(who, site)
