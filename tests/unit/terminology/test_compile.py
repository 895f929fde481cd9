"""What compiling makes of entries: one concept for one thing, and an order without circles."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from recruit.terminology import store
from recruit.terminology.compile import arrays
from recruit.terminology.concepts import How, Kind, Vocabulary
from recruit.terminology.display import common_words
from recruit.terminology.lexicon import SURE, Lexicon
from recruit.terminology.mentions import find_mentions
from recruit.terminology.sources.entry import Entry, Name
from recruit.terminology.store import LexiconDamaged
from recruit.terminology.unify import Unifier
from recruit.terminology.vocabulary import VocabularyName


def lexicon_of(entries: Iterable[Entry], vocabulary: Iterable[VocabularyName] = ()) -> Lexicon:
    unifier = Unifier()
    for entry in entries:
        unifier.add(entry)
    return Lexicon(arrays(unifier, vocabulary))


def condition(code: str, *names: str, parents: tuple[str, ...] = ()) -> Entry:
    said = tuple(Name(text, preferred=place == 0) for place, text in enumerate(names))
    return Entry(code, Kind.CONDITION, said, parents)


def test_equal_names_of_two_standards_make_one_concept() -> None:
    lexicon = lexicon_of([condition("MESH:D001249", "Asthma"), condition("ICD10:J45", "Asthma")])
    found = lexicon.concept("ICD10:J45")
    assert found is not None
    assert found.id == "MESH:D001249"


def test_two_headings_of_one_standard_stay_two_concepts() -> None:
    lexicon = lexicon_of([condition("MESH:D1", "Shock"), condition("MESH:D2", "shocks")])
    assert lexicon.concept("MESH:D1") != lexicon.concept("MESH:D2")


def test_a_narrower_term_names_what_lies_within() -> None:
    wide = Entry(
        "ICD10:K74", Kind.CONDITION, (Name("Fibrosis"), Name("Cirrhosis", identifies=False))
    )
    lexicon = lexicon_of([condition("MESH:D1", "Cirrhosis"), wide])
    assert lexicon.is_a("MESH:D1", "ICD10:K74")
    assert not lexicon.is_a("ICD10:K74", "MESH:D1")


def test_sources_that_contradict_each_other_make_no_circle() -> None:
    lexicon = lexicon_of(
        [
            condition("MESH:D1", "one", parents=("MESH:D2",)),
            condition("MESH:D2", "two", parents=("ICD10:A",)),
            condition("ICD10:A", "three", parents=("MESH:D1",)),
        ]
    )
    both = [
        (a, b)
        for a in ("MESH:D1", "MESH:D2", "ICD10:A")
        for b in ("MESH:D1", "MESH:D2", "ICD10:A")
        if a != b and lexicon.is_a(a, b) and lexicon.is_a(b, a)
    ]
    assert both == []


def test_what_a_classification_knows_no_more_about_widens_nothing_that_others_know() -> None:
    rest = Entry("ICD10:I51.9", Kind.CONDITION, (Name("Heart disease"),), ("ICD10:I51",), rest=True)
    lexicon = lexicon_of(
        [condition("MESH:D1", "Heart Diseases"), condition("ICD10:I51", "Complications"), rest]
    )
    assert lexicon.concept("ICD10:I51.9") == lexicon.concept("MESH:D1")
    assert not lexicon.is_a("MESH:D1", "ICD10:I51")


def test_a_name_of_ones_own_overrules_what_a_source_lumps_together() -> None:
    lumped = condition("MESH:D1", "Brain Neoplasms", "brain metastases")
    own = Entry(
        "RECRUIT:x", Kind.CONDITION, (Name("brain metastases", identifies=False, own=True),)
    )
    [found] = lexicon_of([lumped, own]).lookup("brain metastases")
    assert found.concept.id == "RECRUIT:x"


def test_chapters_and_blocks_are_known_by_their_codes() -> None:
    lexicon = lexicon_of([condition("ICD10:XIII", "a"), condition("ICD10:I20-I25", "b")])
    assert lexicon.ancestors("ICD10:XIII") == {"ICD10:XIII"}
    assert lexicon.ancestors("icd10:i20-i25") == {"ICD10:I20-I25"}


def test_a_missing_place_in_the_tree_is_climbed_over() -> None:
    lexicon = lexicon_of(
        [
            Entry("MESH:D1", Kind.CONDITION, (Name("wide"),), (), ("MESH:C01",)),
            Entry("MESH:D2", Kind.CONDITION, (Name("narrow"),), ("MESH:C01.100.200",)),
        ]
    )
    assert lexicon.is_a("MESH:D2", "MESH:D1")


def test_a_drug_meets_its_french_name_by_the_rules_of_international_names() -> None:
    lexicon = lexicon_of(
        [
            Entry("ATC:A10BA02", Kind.DRUG, (Name("metformine", "fr", preferred=True),)),
            Entry("DRUGBANK:DB00331", Kind.DRUG, (Name("Metformin", preferred=True),)),
        ]
    )
    [found] = lexicon.lookup("metformin")
    assert found.concept.id == "ATC:A10BA02"
    assert found.concept.name_fr == "metformine"


def test_an_ambiguous_short_form_gives_all_its_meanings_none_but_the_first_sure() -> None:
    entries = [
        Entry(f"MESH:D{n}", Kind.CONDITION, (Name(text), Name("AS", abbreviation=True)))
        for n, text in enumerate(("Aortic stenosis", "Ankylosing spondylitis"))
    ]
    found = lexicon_of(entries).lookup("AS")
    assert [candidate.how for candidate in found] == [How.ABBREVIATION] * 2
    assert [candidate.score >= SURE for candidate in found] == [True, False]


def test_a_near_miss_is_offered_and_never_sure() -> None:
    [found] = lexicon_of([condition("MESH:D1", "Hypertension")]).lookup("hypertention")
    assert found.how is How.FUZZY
    assert found.score < SURE


def test_a_name_only_for_asking_is_not_found_in_text() -> None:
    name = Name("goutte", "fr", spoken=False)
    lexicon = lexicon_of([Entry("MESH:D1", Kind.CONDITION, (Name("Gout"), name))])
    assert lexicon.lookup("goutte")[0].how is How.EXACT
    assert find_mentions("une goutte de collyre", lexicon) == []


def test_the_vocabulary_is_found_beside_concepts() -> None:
    name = VocabularyName("albumin", "en", Vocabulary.VARIABLE, "albumin", case_sensitive=False)
    lexicon = lexicon_of([Entry("ATC:B05AA01", Kind.DRUG, (Name("albumin"),))], [name])
    [mention] = find_mentions("serum albumin", lexicon)
    assert [reading.what for reading in mention.readings] == [Vocabulary.VARIABLE, Kind.DRUG]


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (("Myocardial Infarction",), "myocardial infarction"),
        (("Crohn Disease",), "Crohn disease"),
        (("Angina, Unstable", "unstable angina"), "unstable angina"),
        (("HIV Infections",), "HIV infections"),
    ],
)
def test_a_heading_is_shown_as_it_stands_in_a_sentence(names: tuple[str, ...], shown: str) -> None:
    known = [
        Entry("ICD10:A", Kind.CONDITION, (Name("Acute myocardial infarction disease"),)),
        Entry("ICD10:B", Kind.CONDITION, (Name("Other infections with unstable angina, Crohn"),)),
    ]
    unifier = Unifier()
    unifier.add(condition("MESH:D1", *names))
    found = Lexicon(arrays(unifier, (), common_words(known))).concept("MESH:D1")
    assert found
    assert found.name_en == shown


def test_a_drug_of_one_word_is_no_proper_name() -> None:
    entry = Entry("ATC:A10BA02", Kind.DRUG, (Name("Metformin", preferred=True),))
    found = lexicon_of([entry]).concept("ATC:A10BA02")
    assert found
    assert found.name_en == "metformin"


@pytest.mark.parametrize("content", [b"", b"not ours at all, whatever", b"RECRLEX\x01\xff\xff"])
def test_a_file_that_is_no_lexicon_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "lexicon.bin"
    file.write_bytes(content)
    with pytest.raises(LexiconDamaged):
        Lexicon.open(file)


def test_a_written_lexicon_reads_the_same(tmp_path: Path) -> None:
    unifier = Unifier()
    unifier.add(condition("MESH:D1", "Asthma", "bronchial asthma"))
    made = arrays(unifier, ())
    store.write(tmp_path / "lexicon.bin", made)
    again = store.read(tmp_path / "lexicon.bin")
    assert {name: array.tolist() for name, array in again.items()} == {
        name: array.tolist() for name, array in made.items()
    }
