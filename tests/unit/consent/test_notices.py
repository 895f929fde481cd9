"""The information notice says what the law asks for, in words that people understand."""

from hashlib import sha256
from pathlib import Path

import pytest

from recruit.consent import notices
from recruit.consent.notices.texts import FOLDER
from recruit.core.errors import NotFound
from recruit.core.readable import read

FILES = sorted(FOLDER.glob("*.md"))
# What was once shown stays as it is: a new text is a new file and a new line here.
DIGESTS = {
    "1.en.md": "52c79b3f6eb485286133680e62d80169d21d96e3bb1b5d8eadb9f17004a7d2b1",
    "1.fr.md": "c447af6bdd39edce02c437bd42b3f469e54e8444a6f37f2456c711395c05ea21",
}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_notice_reads_easily(file: Path) -> None:
    language = file.name.split(".")[1]
    found = read(file.read_text("utf-8"), language)
    assert found.longest <= 26
    assert found.grade <= 6 if language == "en" else found.ease >= 60


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_notice_that_was_shown_never_changes(file: Path) -> None:
    assert sha256(file.read_bytes()).hexdigest() == DIGESTS[file.name]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_digest_is_that_of_the_exact_bytes(language: str) -> None:
    found = notices.current(language)
    file = FOLDER / f"{found.version}.{language}.md"
    assert found.digest == sha256(file.read_bytes()).hexdigest()
    assert found.text.encode() == file.read_bytes()


def test_every_version_is_there_in_both_languages() -> None:
    versions = {file.name.split(".")[0] for file in FILES}
    assert {file.name for file in FILES} == {
        f"{version}.{language}.md" for version in versions for language in ("en", "fr")
    }


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("e-mail", "text messages", "letters", "call you", "study centre", "research",
                "CNIL", "complain", "take back", "object", "erase", "data protection officer")),
        ("fr", ("e-mail", "SMS", "lettres", "appeler", "centre d’étude", "recherches",
                "CNIL", "plaindre", "revenez sur un oui", "opposer", "effacer", "délégué")),
    ],
)  # fmt: skip
def test_each_purpose_and_each_right_is_named(language: str, words: tuple[str, ...]) -> None:
    text = notices.current(language).text
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize("version", ["0", "99", "../1", "1.en", "", "١"])
def test_there_is_no_other_notice(version: str) -> None:
    with pytest.raises(NotFound):
        notices.notice(version, "en")
