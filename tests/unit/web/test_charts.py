"""The charts of the feasibility page: whole pictures, whatever a criterion's words hold."""

from xml.etree.ElementTree import fromstring

import pytest

from recruit.disclosure.rule import Answer
from recruit.web.sponsor.charts import bars
from recruit.web.sponsor.feasibility_words import Row, Sheet


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "a\x01b", "a\0b", "a\ufffeb"])
def test_no_words_break_a_picture_or_become_a_part_of_it(words: str) -> None:
    drawn = bars(Sheet("waterfall", "", "", (Row(words, Answer(100), 100),)))
    tags = {str(each.tag).rpartition("}")[2] for each in fromstring(drawn).iter()}  # noqa: S314 - our own picture
    assert "text" in tags
    assert "script" not in tags
