"""What pages name by a word of the code has words for people: audit rows, signs of harm."""

from recruit.audit.trail import Tag
from recruit.referrals.safety import Kind
from recruit.web.admin.audit_words import SOURCES, WORDS
from recruit.web.safety_said import SIGNS, VAGUE


def test_every_tag_is_told_in_words_of_its_own() -> None:
    assert set(WORDS) == set(Tag)
    assert len(set(WORDS.values())) == len(WORDS)


def test_every_source_has_a_name() -> None:
    assert set(SOURCES) == {tag.partition(":")[0] for tag in Tag}


def test_every_sign_of_harm_has_words() -> None:
    assert set(SIGNS) == {kind.value for kind in Kind}
    assert set(VAGUE) < set(SIGNS)
