"""A posting: every revision is kept, nobody overwrites anybody, decisions survive another text."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.core.db import unit_of_work
from recruit.core.errors import EditedMeanwhile, NotFound
from recruit.people import organisations
from recruit.people.organisations import OrganisationKind
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import TrialDraft
from recruit.trials.posting import store
from recruit.trials.posting.content import Content, Standing, decode_content, encode_content
from recruit.trials.posting.reading import begun, eligibility, reread
from recruit.trials.posting.store import Change, Posting, State

TEXT = """Inclusion Criteria:

* Age 18 years or older
* Type 2 diabetes

Exclusion Criteria:

* Pregnancy
"""


def draft(criteria: str = TEXT) -> TrialDraft:
    return TrialDraft(id="NCT00000001", title="Sugar at night", criteria=criteria)


def begin(session: Session, content: Content, organisation: int | None = None) -> Posting:
    number = store.new_id()
    return store.begin(session, number, content, organisation=organisation, author="account 1")


def test_a_change_keeps_what_was_before(engine: Engine, lexicon: Lexicon) -> None:
    with unit_of_work(engine) as session:
        posting = begin(session, begun(draft(), lexicon))
        other = replace(posting.content, draft=replace(draft(), title="Sugar by day"))
        changed = store.change(
            session, posting, other, base=1, author="account 2", change=Change.DETAILS
        )
        titles = [each.content.draft.title for each in store.revisions(session, posting.id)]
        assert changed.heading.state is State.DRAFT
        assert titles == ["Sugar by day", "Sugar at night"]
        authors = [each.author for each in store.steps(session, posting.id)]
        assert authors == ["account 2", "account 1"]


def test_a_change_to_what_somebody_else_has_changed_is_refused(
    engine: Engine, lexicon: Lexicon
) -> None:
    with unit_of_work(engine) as session:
        posting = begin(session, begun(draft(), lexicon))
        for title in ("Sugar by day", "Sugar at noon"):
            content = replace(posting.content, draft=replace(draft(), title=title))
            if title == "Sugar by day":
                posting = store.change(
                    session, posting, content, base=1, author="account 2", change=Change.DETAILS
                )
        with pytest.raises(EditedMeanwhile):
            store.change(
                session, posting, content, base=1, author="account 1", change=Change.DETAILS
            )


def test_another_organisations_posting_does_not_exist(engine: Engine, lexicon: Lexicon) -> None:
    with unit_of_work(engine) as session:
        own, other = (
            organisations.add(session, name, OrganisationKind.SPONSOR).id for name in ("A", "B")
        )
        posting = begin(session, begun(draft(), lexicon), own)
        with pytest.raises(NotFound):
            store.get(session, posting.id, other)
        assert store.of(session, other) == []
        assert [each.id for each in store.of(session, own)] == [posting.id]


def test_content_is_the_same_after_writing_and_reading(lexicon: Lexicon) -> None:
    content = begun(draft(), lexicon)
    assert decode_content(encode_content(content)) == content


def test_what_was_decided_stays_decided_when_the_text_around_it_changes(lexicon: Lexicon) -> None:
    content = begun(draft(), lexicon)
    first, second, third = content.criteria
    decided = replace(content, criteria=(first, replace(second, standing=Standing.ACCEPTED), third))
    longer = TEXT.replace("* Type 2", "* Able to walk 400 m\n* Type 2").replace("* Pregnancy\n", "")
    found = reread(decided, draft(longer), lexicon)
    standings = [(each.number, each.standing) for each in found.criteria]
    assert standings == [
        (1, Standing.READ),
        (4, Standing.READ),
        (2, Standing.ACCEPTED),
    ]
    span = found.criteria[2].criterion.span
    assert span is not None
    assert longer[slice(*span)] == "Type 2 diabetes"


def test_what_the_site_judges_is_decided_by_no_record(lexicon: Lexicon) -> None:
    content = begun(draft(), lexicon)
    marked = tuple(replace(each, standing=Standing.SITE) for each in content.criteria)
    for criterion in eligibility(replace(content, criteria=marked), lexicon).criteria:
        assert criterion.settled_by == "site"
