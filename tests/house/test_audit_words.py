"""Every kind of row of the audit trail has words, and so has every source of rows."""

from recruit.audit.trail import Tag
from recruit.web.admin.audit_words import SOURCES, WORDS


def test_every_tag_is_told_in_words_of_its_own() -> None:
    assert set(WORDS) == set(Tag)
    assert len(set(WORDS.values())) == len(WORDS)


def test_every_source_has_a_name() -> None:
    assert set(SOURCES) == {tag.partition(":")[0] for tag in Tag}
