"""The lexicon that people are read with: the checkout's own, compiled when it is missing."""

import pytest

from recruit.core.paths import default_data_folder
from recruit.terminology.build import open_lexicon
from recruit.terminology.lexicon import Lexicon


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return open_lexicon(default_data_folder())
