"""The fields of the details hold what the draft says: shown and read again, it is the same."""

import pytest

from recruit.actions.posting.details.deed import STEPS
from recruit.actions.posting.details.typed import Typed
from recruit.trials.draft import TrialDraft
from tests.registry_records import studies


def read_again(step: str, draft: TrialDraft) -> TrialDraft:
    """The draft after somebody saved a step without typing anything."""
    shown = STEPS[step].shown(draft)
    sent = {name: value.replace("\n", "\r\n") for name, value in shown.items()}
    typed = Typed(sent, draft.id)
    same = STEPS[step].read(typed, draft)
    assert {name: str(why) for name, why in typed.problems.items()} == {}, draft.id
    return same


@pytest.mark.parametrize("step", STEPS)
def test_every_registered_study_can_be_saved_as_it_is(step: str) -> None:
    for _, draft in studies().values():
        assert read_again(step, draft) == draft


@pytest.mark.parametrize("step", STEPS)
def test_every_field_has_a_label(step: str) -> None:
    assert STEPS[step].shown(TrialDraft(id="X", criteria="")).keys() <= STEPS[step].labels.keys()


@pytest.mark.parametrize(
    ("amount", "unit", "limit"),
    [
        ("18", "year", "18 Years"),
        ("1,5", "month", "1.5 Months"),
        ("6 mois", "year", "6 Months"),
        ("0", "day", "0 Days"),
    ],
)
def test_an_age_is_read_as_people_write_it(amount: str, unit: str, limit: str) -> None:
    draft = TrialDraft(id="X", criteria="")
    fields = {**STEPS["design"].shown(draft), "min_age": amount, "min_age_unit": unit}
    typed = Typed(fields, "X")
    assert STEPS["design"].read(typed, draft).min_age == limit
    assert typed.problems == {}


@pytest.mark.parametrize(
    "number",
    ["01 99 00 12 34", "+33 1 99 00 12 34", "+33199001234 ext. 12", "(01) 99-00.12/34, poste 7"],
)
def test_a_number_is_taken_as_people_write_it(number: str) -> None:
    typed = Typed({"phone_0": number}, "X")
    draft = STEPS["contacts"].read(typed, TrialDraft(id="X", criteria=""))
    assert typed.problems == {}
    assert draft.contacts[0].phone == number
