"""A posting whose criteria can be decided, for whoever looks at its pages."""

from dataclasses import replace
from typing import Final

from sqlalchemy import Engine

from recruit.core.db import reading, unit_of_work
from recruit.criteria.eligibility import Criterion
from recruit.criteria.nodes import Age
from recruit.trials.draft import TrialDraft
from recruit.trials.posting import store
from recruit.trials.posting.content import Content, Reviewed, Standing
from recruit.trials.posting.reading import begun
from tests.web_world import DIABETES, lexicon

HOSTILE: Final = "{{7*7}} <script>alert(1)</script> keeps a diary"
TEXT: Final = (
    DIABETES.criteria + f"\n* Creatinine clearance \\> 60 mL/min\n* {HOSTILE}\n"
    "* Able to walk 400 m, or uses a walking stick made of ebony\n"
)
DRAFT: Final = replace(DIABETES, id="NCT00000042", criteria=TEXT, sex="female")
FIELDS, AGE, DIABETIC, HBA1C, DIARY, PREGNANT, INFARCT, CLEARANCE, SCRIPT = range(1, 10)
"""Numbers of its criteria: of the registry's fields, and in the order of the text."""


def begin(engine: Engine, draft: TrialDraft = DRAFT, *own: Criterion) -> str:
    """Begin a posting as its author would; its number. `own` are criteria written by hand."""
    content = begun(draft, lexicon())
    for criterion in own:
        written = Reviewed(content.next_number, criterion, Standing.CORRECTED)
        content = replace(content, criteria=(*content.criteria, written))
    with unit_of_work(engine) as session:
        number = store.new_id()
        store.begin(session, number, content, organisation=None, author="account 3")
    return number


def by_hand() -> Criterion:
    """A criterion that stands in no text."""
    return Criterion("inclusion", "Age from 30", Age(min=30))


def newest(engine: Engine, number: str) -> tuple[int, Content]:
    """The newest revision of a posting and what it holds."""
    with reading(engine) as session:
        posting = store.get(session, number, None)
    return posting.heading.revision, posting.content


def standings(engine: Engine, number: str) -> dict[int, str]:
    """What has been decided about each of its criteria."""
    return {each.number: each.standing.value for each in newest(engine, number)[1].criteria}
