"""Laws of CTML: what is written and read again is the same posting, and it is plain YAML."""

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from recruit.criteria.soundness import admits_unknown
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import TrialDraft
from recruit.trials.posting.content import Content, Reviewed, Standing
from recruit.trials.sources.ctml import read_ctml
from recruit.trials.sources.ctml_out import as_ctml
from recruit.trials.sources.yaml_plain import read_yaml
from tests.generative.rules import criteria

unhurried = settings(deadline=None)  # YAML is written slowly


def texts() -> SearchStrategy[str]:
    written = st.text().filter(lambda text: "\x00" not in text).map(str.strip)
    return written | st.sampled_from(
        ("two\nlines", "a: b", "- c", "no", "1e3", "010", "!d", "&e", "2026-01-01")
    )


def drafts() -> SearchStrategy[TrialDraft]:
    return st.builds(
        TrialDraft,
        id=st.sampled_from(("NCT90000001", "p-7")),
        criteria=st.text().map(lambda text: f"{text}\n{'x' * 100}".replace("\x00", "")),
        title=texts(),
        summary=texts(),
        official_title=texts(),
        sponsor=texts(),
        target=st.none() | st.integers(0, 1000),
        phase=st.sampled_from((None, "1/2", "4")),
    )


@st.composite
def contents(draw: st.DrawFn) -> Content:
    sound = criteria().filter(lambda each: not admits_unknown(each))
    numbered = enumerate(draw(st.lists(sound, max_size=3)), start=1)
    standings = st.sampled_from(Standing)
    return Content(
        draw(drafts()),
        tuple(Reviewed(number, each, draw(standings)) for number, each in numbered),
    )


@unhurried
@given(contents())
def test_a_posting_survives_ctml(lexicon: Lexicon, content: Content) -> None:
    document = read_yaml("posting.yaml", as_ctml(content).encode())
    draft, read = read_ctml(document, "posting.yaml", lexicon)
    assert read == tuple(each.criterion for each in content.criteria)
    assert draft == content.draft


@unhurried
@given(contents())
def test_other_programs_read_the_same_texts(content: Content) -> None:
    document = yaml.safe_load(as_ctml(content))
    own = document["recruit"]
    assert own["criteria"] == content.draft.criteria
    assert own.get("title", "") == content.draft.title
    items = document["treatment_list"]["step"][0]["arm"][0]["match"][0]["and"]
    assert [item["recruit"]["text"] for item in items] == [
        each.criterion.text for each in content.criteria
    ]
    for item, reviewed in zip(items, content.criteria, strict=True):
        if reviewed.standing in {Standing.ASK, Standing.SITE}:
            assert item.keys() == {"recruit"}
