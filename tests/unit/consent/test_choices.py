import pytest

from recruit.consent.choices import Channel, Choice, Purpose


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("matching", Choice(Purpose.MATCHING)),
        ("contact/email", Choice(Purpose.CONTACT, Channel.EMAIL)),
        ("contact/letter", Choice(Purpose.CONTACT, Channel.LETTER)),
        ("release/lyon-1", Choice(Purpose.RELEASE, scope="site/lyon-1")),
        ("research-reuse", Choice(Purpose.RESEARCH_REUSE)),
    ],
)
def test_a_purpose_is_read_and_written_alike(text: str, choice: Choice) -> None:
    assert (Choice.parse(text), str(choice)) == (choice, text)


@pytest.mark.parametrize(
    "text",
    ["", "contact", "contact/", "contact/fax", "release", "release/", "matching/email", "Matching"],
)
def test_what_is_no_purpose_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the caller makes the sentence
        Choice.parse(text)


def test_a_scope_is_a_trial_or_a_site() -> None:
    with pytest.raises(ValueError, match="NCT1"):
        Choice(Purpose.MATCHING, scope="NCT1")


@pytest.mark.parametrize("name", ["x" * 195, "\x00", "a\nb"])
def test_a_scope_fits_into_the_ledger(name: str) -> None:
    assert str(Choice(Purpose.MATCHING, scope="trial/" + "x" * 194))
    with pytest.raises(ValueError, match="matching"):
        Choice(Purpose.MATCHING, scope=f"trial/{name}")
