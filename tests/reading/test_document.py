"""The examples of docs/reading.md say what the reader makes of them."""

import re
from pathlib import Path

import pytest

from recruit.core.paths import default_data_folder
from recruit.terminology.build import open_lexicon
from tests.reading.test_approved import asked, reviewed

EXAMPLES = re.compile(r"<!-- examples: (?P<language>en|fr) -->\n```\n(?P<text>.*?)```", re.DOTALL)
FEWEST = 8


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_examples_of_the_page_are_what_is_read(language: str) -> None:
    page = Path("docs/reading.md").read_text(encoding="utf-8")
    found = {each["language"]: each["text"] for each in EXAMPLES.finditer(page)}
    criteria = asked(found[language])
    assert len(criteria) >= FEWEST
    lexicon = open_lexicon(default_data_folder())
    now = list(reviewed(criteria, language, lexicon))
    assert now == found[language].splitlines()
