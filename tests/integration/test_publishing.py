"""Two people publish: what bars, who may not approve, what is signed, and what becomes public."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import DatabaseError

from recruit.actions.posting import public_version, publishing, undoing
from recruit.actions.posting.editing import Edit
from recruit.actions.posting.hindrances import hindrances
from recruit.actions.posting.public_version import Elsewhere, Unassigned
from recruit.actions.posting.publishing import NotReady, OwnWork, Signed, Whose
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.core.clock import today
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import EditedMeanwhile, NotFound, Refusal
from recruit.criteria.eligibility import Criterion
from recruit.criteria.nodes import Age, Measure
from recruit.people.organisations import Organisation, OrganisationKind
from recruit.terminology.lexicon import Lexicon
from recruit.trials import centres, tenants
from recruit.trials import store as trials
from recruit.trials.draft import SiteDraft, TrialStatus
from recruit.trials.materials.study_page import approved_page
from recruit.trials.posting import publications, store
from recruit.trials.posting.content import Content, Reviewed, Standing
from recruit.trials.posting.publications import POSTING_DEED, Deed
from recruit.trials.posting.reading import eligibility
from recruit.trials.posting.store import Change, State
from tests.publishing import AUTHOR, DRAFT, SECOND, THIRD, edit, now_of, ready, tenant


def submit(engine: Engine, lexicon: Lexicon, posting: str, author: str = AUTHOR) -> Signed:
    """Submit what stands now, and what its approver will sign."""
    newest = now_of(engine, posting).newest
    whose = Whose(posting, None, author)
    publishing.submit(engine, lexicon, whose, base=newest.number, confirmed=True)
    return Signed(newest.number, newest.digest)


def approve(
    engine: Engine, lexicon: Lexicon, posting: str, signed: Signed, author: str = SECOND
) -> int:
    return publishing.approve(engine, lexicon, Whose(posting, None, author), signed)


def published(engine: Engine, lexicon: Lexicon) -> str:
    posting = ready(engine, lexicon)
    approve(engine, lexicon, posting, submit(engine, lexicon, posting))
    return posting


# ---------------------------------------------------------------- the way
def test_what_becomes_public_is_what_was_signed(engine: Engine, lexicon: Lexicon) -> None:
    posting = ready(engine, lexicon)
    signed = submit(engine, lexicon, posting)
    assert now_of(engine, posting).heading.state is State.SUBMITTED
    version = approve(engine, lexicon, posting, signed)
    found = now_of(engine, posting)
    with reading(engine) as session:
        public = trials.get(session, DRAFT.id)
        newest, first = publications.deeds(session, posting)
        assert (public.number, public.draft, public.parser) == (version, DRAFT, trials.REVIEWED)
        assert public.eligibility == eligibility(found.content, lexicon)
        assert (newest.deed, newest.author, newest.version) == (Deed.PUBLISHED, SECOND, version)
        assert (newest.revision, newest.digest) == (signed.revision, signed.digest)
        assert (first.deed, first.author) == (Deed.SUBMITTED, AUTHOR)
    assert found.heading.state is State.PUBLISHED


def test_each_deed_leaves_one_audit_row(engine: Engine, lexicon: Lexicon) -> None:
    posting = published(engine, lexicon)
    with reading(engine) as session:
        rows = session.execute(
            select(AUDIT.c.tag, AUDIT.c.actor).where(AUDIT.c.subject == posting)
        ).all()
    assert [tuple(row) for row in rows] == [
        (Tag.POSTING_SUBMITTED, AUTHOR),
        (Tag.POSTING_PUBLISHED, SECOND),
    ]


def test_the_database_refuses_to_change_a_deed(engine: Engine, lexicon: Lexicon) -> None:
    published(engine, lexicon)
    for statement in (POSTING_DEED.update().values(author=THIRD), POSTING_DEED.delete()):
        with pytest.raises(DatabaseError), engine.begin() as connection:
            connection.execute(statement)


def test_what_is_sent_back_can_be_submitted_again(engine: Engine, lexicon: Lexicon) -> None:
    posting = ready(engine, lexicon)
    signed = submit(engine, lexicon, posting)
    publishing.send_back(engine, Whose(posting, None, SECOND), signed, reason=" Which sugar? ")
    with reading(engine) as session:
        assert publications.deeds(session, posting)[0].reason == "Which sugar?"
    assert now_of(engine, posting).heading.state is State.DRAFT
    with pytest.raises(EditedMeanwhile):
        approve(engine, lexicon, posting, signed)
    approve(engine, lexicon, posting, submit(engine, lexicon, posting))
    assert now_of(engine, posting).heading.state is State.PUBLISHED


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 1001, "a\0b"])
def test_nothing_is_sent_back_without_a_reason(
    engine: Engine, lexicon: Lexicon, reason: str
) -> None:
    posting = ready(engine, lexicon)
    signed = submit(engine, lexicon, posting)
    with pytest.raises(Refusal):
        publishing.send_back(engine, Whose(posting, None, SECOND), signed, reason=reason)
    assert now_of(engine, posting).heading.state is State.SUBMITTED


def test_what_is_public_is_not_submitted_again(engine: Engine, lexicon: Lexicon) -> None:
    posting = published(engine, lexicon)
    with pytest.raises(NotReady):
        submit(engine, lexicon, posting)


def test_an_amendment_is_a_new_version_of_the_trial(engine: Engine, lexicon: Lexicon) -> None:
    posting = published(engine, lexicon)
    edit(engine, posting, AUTHOR, title="Sugar by day")
    assert now_of(engine, posting).heading.state is State.AMENDING
    with reading(engine) as session:
        assert trials.get(session, DRAFT.id).draft.title == DRAFT.title
    assert approve(engine, lexicon, posting, submit(engine, lexicon, posting)) == 2
    with reading(engine) as session:
        assert trials.get(session, DRAFT.id).draft.title == "Sugar by day"


# ---------------------------------------------------------------- who may approve
def test_nobody_approves_what_they_submitted(engine: Engine, lexicon: Lexicon) -> None:
    posting = ready(engine, lexicon)
    signed = submit(engine, lexicon, posting, SECOND)
    with pytest.raises(OwnWork):
        approve(engine, lexicon, posting, signed, SECOND)
    with reading(engine) as session:
        refused = select(AUDIT.c.actor).where(AUDIT.c.tag == Tag.APPROVAL_REFUSED)
        assert session.scalars(refused).all() == [SECOND]
    assert now_of(engine, posting).heading.published is None


def test_nobody_approves_what_they_wrote(engine: Engine, lexicon: Lexicon) -> None:
    posting = ready(engine, lexicon)
    edit(engine, posting, SECOND, title="Sugar by day")
    edit(engine, posting, AUTHOR, title="Sugar at noon")
    signed = submit(engine, lexicon, posting, THIRD)
    for author in (AUTHOR, SECOND):
        with pytest.raises(OwnWork):
            approve(engine, lexicon, posting, signed, author)
    assert approve(engine, lexicon, posting, signed, "account 4") == 1


def test_whoever_wrote_what_is_public_may_approve_anothers_amendment(
    engine: Engine, lexicon: Lexicon
) -> None:
    posting = published(engine, lexicon)
    edit(engine, posting, SECOND, title="Sugar by day")
    signed = submit(engine, lexicon, posting, SECOND)
    assert approve(engine, lexicon, posting, signed, AUTHOR) == 2


def test_undoing_ones_own_change_leaves_a_hand_in_it(engine: Engine, lexicon: Lexicon) -> None:
    posting = ready(engine, lexicon)
    edit(engine, posting, SECOND, title="Sugar by day")
    edit(engine, posting, SECOND, title=DRAFT.title)
    with pytest.raises(OwnWork):
        approve(engine, lexicon, posting, submit(engine, lexicon, posting), SECOND)


@pytest.mark.parametrize("way", ["restored", "undone"])
def test_words_that_another_brought_back_stay_their_authors(
    engine: Engine, lexicon: Lexicon, way: str
) -> None:
    posting = ready(engine, lexicon)
    edit(engine, posting, SECOND, title="A cure for sugar")
    edit(engine, posting, AUTHOR, title="Sugar by day")
    approve(engine, lexicon, posting, submit(engine, lexicon, posting), THIRD)
    if way == "restored":
        undoing.restore(engine, Edit(posting, None, 3, AUTHOR), 2)
    else:
        undoing.undo(engine, Edit(posting, None, 3, AUTHOR))
    assert now_of(engine, posting).content.draft.title == "A cure for sugar"
    signed = submit(engine, lexicon, posting)
    with pytest.raises(OwnWork):
        approve(engine, lexicon, posting, signed, SECOND)
    assert approve(engine, lexicon, posting, signed, THIRD) == 2


def test_what_was_public_before_may_be_brought_back_by_another(
    engine: Engine, lexicon: Lexicon
) -> None:
    posting = published(engine, lexicon)
    edit(engine, posting, SECOND, title="Sugar by day")
    approve(engine, lexicon, posting, submit(engine, lexicon, posting, SECOND), THIRD)
    undoing.undo(engine, Edit(posting, None, 2, SECOND))
    signed = submit(engine, lexicon, posting, SECOND)
    assert approve(engine, lexicon, posting, signed, AUTHOR) == 3


def test_what_was_changed_after_it_was_looked_at_is_not_approved(
    engine: Engine, lexicon: Lexicon
) -> None:
    posting = ready(engine, lexicon)
    signed = submit(engine, lexicon, posting)
    edit(engine, posting, AUTHOR, title="Sugar by day")
    with pytest.raises(EditedMeanwhile):
        approve(engine, lexicon, posting, signed)
    newer = submit(engine, lexicon, posting)
    for wrong in (signed, Signed(newer.revision, signed.digest), Signed(0, "")):
        with pytest.raises(EditedMeanwhile):
            approve(engine, lexicon, posting, wrong)


def test_another_organisation_finds_nothing_to_approve(engine: Engine, lexicon: Lexicon) -> None:
    posting = ready(engine, lexicon, organisation=tenant(engine, "A"))
    signed = submit(engine, lexicon, posting)
    other = Whose(posting, tenant(engine, "B"), SECOND)
    with pytest.raises(NotFound):
        publishing.approve(engine, lexicon, other, signed)
    with pytest.raises(NotFound):
        publishing.send_back(engine, other, signed, reason="Ours")
    with pytest.raises(NotFound):
        publishing.submit(engine, lexicon, other, base=1, confirmed=True)


# ---------------------------------------------------------------- whose trial it is
def test_the_organisation_sees_the_trial_that_it_published(
    engine: Engine, lexicon: Lexicon
) -> None:
    own = tenant(engine, "A")
    posting = ready(engine, lexicon, organisation=own)
    approve(engine, lexicon, posting, submit(engine, lexicon, posting))
    with reading(engine) as session:
        assert session.scalars(tenants.of(own)).all() == [DRAFT.id]


def test_a_trial_that_another_posting_published_is_refused_without_saying_whose(
    engine: Engine, lexicon: Lexicon
) -> None:
    own, other = tenant(engine, "Société A"), tenant(engine, "Société B")
    late = ready(engine, lexicon, organisation=other)
    signed = submit(engine, lexicon, late)
    first = ready(engine, lexicon, organisation=own)
    approve(engine, lexicon, first, submit(engine, lexicon, first))
    with reading(engine) as session:
        found = hindrances(session, store.get(session, late, None), lexicon)
    assert [each.sentence for each in found if each.bars] == [Unassigned.sentence]
    with pytest.raises(NotReady) as refused:
        approve(engine, lexicon, late, signed)
    assert "Société" not in refused.value.say("fr") + refused.value.say("en")
    with reading(engine) as session:
        assert len(trials.history(session, DRAFT.id)) == 1


@pytest.mark.parametrize(
    ("kind", "barred"), [(OrganisationKind.SPONSOR, True), (OrganisationKind.CENTRE, False)]
)
def test_a_trial_that_is_another_sponsors_is_barred(
    engine: Engine, lexicon: Lexicon, kind: OrganisationKind, *, barred: bool
) -> None:
    with unit_of_work(engine) as session:
        trials.save(session, DRAFT, lexicon)
    other = tenant(engine, "B", kind)
    with unit_of_work(engine) as session:
        tenants.assign(session, DRAFT.id, session.get_one(Organisation, other))
    posting = ready(engine, lexicon)  # the operator's own
    assert (Elsewhere.sentence in bars(engine, lexicon, posting)) is barred


def bars(engine: Engine, lexicon: Lexicon, posting: str) -> list[str]:
    with reading(engine) as session:
        found = hindrances(session, store.get(session, posting, None), lexicon)
    return [each.sentence for each in found if each.bars]


def imported(engine: Engine, lexicon: Lexicon, *owners: int) -> None:
    """Have the trial stand here, assigned to these organisations."""
    with unit_of_work(engine) as session:
        trials.save(session, replace(DRAFT, title="As the registry has it"), lexicon)
        for owner in owners:
            tenants.assign(session, DRAFT.id, session.get_one(Organisation, owner))


@pytest.mark.parametrize("others", [(), (OrganisationKind.SPONSOR,), (OrganisationKind.CENTRE,)])
def test_an_organisation_publishes_no_trial_that_is_known_here_and_not_its_own(
    engine: Engine, lexicon: Lexicon, others: tuple[OrganisationKind, ...]
) -> None:
    """Whether it is another's is not told: the sentence is the same."""
    own = tenant(engine, "A")
    imported(engine, lexicon, *(tenant(engine, kind.value, kind) for kind in others))
    posting = ready(engine, lexicon, organisation=own)
    assert bars(engine, lexicon, posting) == [Unassigned.sentence]
    with pytest.raises(NotReady):
        submit(engine, lexicon, posting)


def test_a_trial_that_comes_in_while_it_waits_is_not_approved(
    engine: Engine, lexicon: Lexicon
) -> None:
    own = tenant(engine, "A")
    posting = ready(engine, lexicon, organisation=own)
    signed = submit(engine, lexicon, posting)
    imported(engine, lexicon)
    with pytest.raises(NotReady):
        approve(engine, lexicon, posting, signed)
    with reading(engine) as session:
        assert session.scalars(tenants.of(own)).all() == []


def test_a_trial_that_comes_in_after_everything_was_looked_at_is_not_written(
    engine: Engine, lexicon: Lexicon
) -> None:
    own = tenant(engine, "A")
    posting = ready(engine, lexicon, organisation=own)
    imported(engine, lexicon)
    public = public_version.as_public(now_of(engine, posting).content, lexicon)

    def write() -> None:
        with unit_of_work(engine) as session:
            public_version.write(session, store.held(session, posting, None), public)

    with pytest.raises(Unassigned):
        write()
    with reading(engine) as session:
        assert session.scalars(tenants.of(own)).all() == []
        assert trials.get(session, DRAFT.id).number == 1


def test_a_trial_that_the_operator_has_assigned_is_published(
    engine: Engine, lexicon: Lexicon
) -> None:
    own = tenant(engine, "A")
    imported(engine, lexicon, own, tenant(engine, "Centre", OrganisationKind.CENTRE))
    posting = ready(engine, lexicon, organisation=own)
    assert approve(engine, lexicon, posting, submit(engine, lexicon, posting)) == 2


def test_the_operators_own_staff_publish_a_trial_that_is_known_here(
    engine: Engine, lexicon: Lexicon
) -> None:
    imported(engine, lexicon)
    assert published(engine, lexicon)


def test_an_organisation_amends_what_it_published(engine: Engine, lexicon: Lexicon) -> None:
    posting = ready(engine, lexicon, organisation=tenant(engine, "A"))
    approve(engine, lexicon, posting, submit(engine, lexicon, posting))
    edit(engine, posting, AUTHOR, title="Sugar by day")
    assert approve(engine, lexicon, posting, submit(engine, lexicon, posting)) == 2


def test_a_public_trial_keeps_its_number(engine: Engine, lexicon: Lexicon) -> None:
    posting = published(engine, lexicon)
    edit(engine, posting, AUTHOR, id="NCT00000002")
    with pytest.raises(NotReady):
        submit(engine, lexicon, posting)


def test_a_revision_from_before_leads_a_public_posting_to_nobody_elses_trial(
    engine: Engine, lexicon: Lexicon
) -> None:
    # Its number was another trial's once; then what is said of that one's page and sites is not
    # this sponsor's to say, by restoring that revision alone.
    other, paris = "NCT00000002", DRAFT.sites[0]
    posting = ready(engine, lexicon, draft=replace(DRAFT, id=other))
    edit(engine, posting, AUTHOR, id=DRAFT.id)
    approve(engine, lexicon, posting, submit(engine, lexicon, posting))
    restored = undoing.restore(engine, Edit(posting, None, 2, AUTHOR), 1)
    centre = tenant(engine, "Centre", OrganisationKind.CENTRE)
    with unit_of_work(engine) as session:
        key = centres.site_key(paris)
        centres.assign(session, posting, key, session.get_one(Organisation, centre))
        assert restored.content.draft.id == other
        assert approved_page(session, other, "fr", today()) is None
        assert centres.sites_of(session, centre) == {(DRAFT.id, key)}
        assert approved_page(session, DRAFT.id, "fr", today())
    with pytest.raises(NotReady):
        submit(engine, lexicon, posting)


# ---------------------------------------------------------------- what is in the way
def change(content: Content, **fields: object) -> Content:
    draft = replace(content.draft, **fields)  # type: ignore[arg-type]  # any of its fields
    return replace(content, draft=draft)


def with_rules(content: Content, *rules: Age | Measure) -> Content:
    added = tuple(
        Reviewed(number, Criterion("inclusion", "typed", rule), Standing.CORRECTED)
        for number, rule in enumerate(rules, content.next_number)
    )
    return replace(content, criteria=(*content.criteria, *added))


def only(content: Content, kind: str) -> Content:
    kept = tuple(each for each in content.criteria if each.criterion.kind == kind)
    return replace(content, criteria=kept)


def undecided(content: Content) -> Content:
    first, *rest = content.criteria
    return replace(content, criteria=(replace(first, standing=Standing.READ), *rest))


BARS: dict[str, tuple[Callable[[Content], Content], str]] = {
    "no title": (lambda content: change(content, title=" "), "details"),
    "no status": (lambda content: change(content, status=TrialStatus.UNKNOWN), "details"),
    "no site": (lambda content: change(content, sites=()), "sites"),
    "no place": (
        lambda content: change(content, sites=(SiteDraft("Hôpital", "Paris"),)),
        "sites",
    ),
    "half a place": (
        lambda content: change(content, sites=(*DRAFT.sites, SiteDraft("Hôpital", lat=48.8))),
        "sites",
    ),
    "no criteria": (lambda content: replace(content, criteria=()), "criteria"),
    "undecided": (undecided, "criteria"),
    "apart": (lambda content: with_rules(content, Age(max=10)), "criteria"),
    "no unit": (
        lambda content: with_rules(content, Measure("hba1c", min=7, unit="furlongs")),
        "criteria/4/rule",
    ),
    "no measure": (
        lambda content: with_rules(content, Measure("luck", min=7)),
        "criteria/4/rule",
    ),
}


@pytest.mark.parametrize("name", BARS)
def test_what_is_in_the_way_bars_and_says_where_to_mend_it(
    sqlite_engine: Engine, lexicon: Lexicon, name: str
) -> None:
    spoil, page = BARS[name]
    posting = ready(sqlite_engine, lexicon)
    with unit_of_work(sqlite_engine) as session:
        held = store.held(session, posting, None)
        content = spoil(held.content)
        store.change(session, held, content, base=1, author=AUTHOR, change=Change.DETAILS)
    with reading(sqlite_engine) as session:
        found = hindrances(session, store.get(session, posting, None), lexicon)
    assert [each.address for each in found if each.bars] == [f"/sponsor/trials/{posting}/{page}"]
    with pytest.raises(NotReady):
        submit(sqlite_engine, lexicon, posting)


def test_a_posting_without_an_approved_page_is_barred(
    sqlite_engine: Engine, lexicon: Lexicon
) -> None:
    number = store.new_id()
    with unit_of_work(sqlite_engine) as session:
        content = now_of(sqlite_engine, ready(sqlite_engine, lexicon)).content
        posting = store.begin(session, number, content, organisation=None, author=AUTHOR)
        [found] = hindrances(session, posting, lexicon)
    assert (found.bars, found.address) == (True, f"/sponsor/trials/{number}/materials")


@pytest.mark.parametrize("kind", ["inclusion", "exclusion"])
def test_one_kind_of_criteria_alone_is_to_be_confirmed(
    sqlite_engine: Engine, lexicon: Lexicon, kind: str
) -> None:
    posting = ready(sqlite_engine, lexicon)
    with unit_of_work(sqlite_engine) as session:
        held = store.held(session, posting, None)
        content = only(held.content, kind)
        store.change(session, held, content, base=1, author=AUTHOR, change=Change.REMOVED)
    whose = Whose(posting, None, AUTHOR)
    with pytest.raises(NotReady):
        publishing.submit(sqlite_engine, lexicon, whose, base=2, confirmed=False)
    publishing.submit(sqlite_engine, lexicon, whose, base=2, confirmed=True)
    assert now_of(sqlite_engine, posting).heading.state is State.SUBMITTED


def test_every_hindrance_is_a_sentence_in_both_languages(
    sqlite_engine: Engine, lexicon: Lexicon
) -> None:
    from recruit.core.i18n import translate  # noqa: PLC0415 - only this test says them

    for spoil, _ in BARS.values():
        posting = ready(sqlite_engine, lexicon)
        with unit_of_work(sqlite_engine) as session:
            held = store.held(session, posting, None)
            spoiled = spoil(held.content)
            store.change(session, held, spoiled, base=1, author=AUTHOR, change=Change.DETAILS)
        with reading(sqlite_engine) as session:
            for each in hindrances(session, store.get(session, posting, None), lexicon):
                english = translate(each.sentence, "en", **each.fields)
                french = translate(each.sentence, "fr", **each.fields)
                assert english != french
                assert "{" not in english + french
