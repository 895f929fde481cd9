from collections import Counter

from recruit.demo.trials import trials
from recruit.trials.draft import TrialDraft
from recruit.trials.sources.exchange import read_exchange


def _drafts() -> list[TrialDraft]:
    return [read_exchange(record.value, record.where) for record in trials()]


def test_every_trial_is_accepted_as_a_file_in_the_exchange_format() -> None:
    assert len(_drafts()) == 16


def test_trials_come_in_the_order_of_their_numbers() -> None:
    assert [draft.id for draft in _drafts()] == [f"DEMO-{n:03}" for n in range(1, 17)]


def test_half_of_the_trials_are_written_in_each_language() -> None:
    assert Counter(draft.language for draft in _drafts()) == {"fr": 8, "en": 8}


def test_several_trials_have_their_criteria_in_the_other_language_too() -> None:
    translated = [draft for draft in _drafts() if draft.translations]

    assert len(translated) == 7
    assert all(d.translations[0].language != d.language for d in translated)
    assert all(d.translations[0].summary for d in translated)


def test_every_trial_recruits_at_a_site_with_a_position() -> None:
    for draft in _drafts():
        assert any(site.status == "recruiting" and site.lat is not None for site in draft.sites)
