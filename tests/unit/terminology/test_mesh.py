"""The package's MeSH identifiers are repaired by their order, never guessed."""

import pytest

from recruit.terminology.sources.mesh import everyday, identifiers, whole_trees


def test_an_identifier_out_of_order_is_restored_where_only_one_fits() -> None:
    records = [("a", "D000010"), ("b", "D009999"), ("c", "D000012")]
    assert identifiers(records, {}) == {"a": 10, "b": 11, "c": 12}


def test_an_identifier_out_of_order_is_dropped_where_several_fit() -> None:
    records = [("a", "D000010"), ("b", "D009999"), ("c", "D000020")]
    assert identifiers(records, {}) == {"a": 10, "c": 20}


def test_a_known_identifier_overrules_its_neighbours() -> None:
    records = [("a", "D000010"), ("b", "D000011"), ("c", "D000012"), ("d", "D000040")]
    assert identifiers(records, {"a": 30}) == {"a": 30, "d": 40}


def test_a_tree_number_that_was_cut_is_put_together() -> None:
    assert whole_trees(["94.750", "C18.452.3", "C19.246"]) == ["C19.246", "C18.452.394.750"]


@pytest.mark.parametrize(
    ("heading", "names", "shown"),
    [
        ("Breast Neoplasms", ["cancer of breast", "breast cancer"], "Breast cancer"),
        ("Neoplasms", ["cancer"], "Cancer"),
        ("Genital Neoplasms, Male", ["male genital cancer"], "Male genital cancer"),
        ("Neoplasms, Cystic", ["cystic neoplasms"], "Neoplasms, Cystic"),
        ("Breast Diseases", ["breast cancer"], "Breast Diseases"),
    ],
)
def test_neoplasms_are_called_cancer_where_mesh_does_so_too(
    heading: str, names: list[str], shown: str
) -> None:
    assert everyday(heading, names) == shown
