"""Claims that nobody may make, inflected as people write them, and plain words that are fine."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recruit.trials.draft import Tongue
from recruit.trials.materials.claims import Claim, claims
from recruit.trials.materials.content import Channel, Part, tidy

BANNED_ENGLISH = [
    ("safety", "The tablet is safe."),
    ("safety", "It is perfectly SAFE and gentle"),
    ("safety", "You can safely take it."),
    ("safety", "There is no risk for you."),
    ("safety", "The study is risk-free."),
    ("safety", "It comes without any side effects."),
    ("safety", "It won’t hurt you."),
    ("safety", "It is not dangerous."),
    ("safety", "A harmless plant."),
    ("safety", "We do not charge you, the drug is safe"),
    ("safety", "It is not only safe, it tastes good."),
    ("cure", "This drug cures migraine."),
    ("cure", "People were cured in weeks."),
    ("cure", "A curative treatment"),
    ("cure", "It heals the skin."),
    ("cure", "A small miracle"),
    ("benefit", "It will help you."),
    ("benefit", "You will feel better soon."),
    ("benefit", "An effective tablet"),
    ("benefit", "It works."),
    ("benefit", "Proven to improve sleep"),
    ("benefit", "It is better than other drugs."),
    ("benefit", "A breakthrough"),
    ("guarantee", "We guarantee results."),
    ("guarantee", "It is 100 % natural."),
    ("guarantee", "Guaranteed results"),
    ("approval", "FDA-approved"),
    ("approval", "The tablet is approved by the ANSM."),
    ("rights", "You waive your right to sue."),
    ("rights", "You give up your legal rights."),
    ("rights", "The sponsor is not liable."),
    ("rights", "You take part at your own risk."),
    ("haste", "Act now!"),
    ("haste", "Only 3 places left"),
    ("haste", "Don’t miss this."),
    ("haste", "Sign up today."),
]
BANNED_FRENCH = [
    ("safety", "Ce traitement est sûr."),
    ("safety", "Des comprimés sûrs et bien tolérés"),
    ("safety", "C’est sans danger."),
    ("safety", "Il n’y a aucun risque."),
    ("safety", "Une étude sans risques"),
    ("safety", "Risque zéro"),
    ("safety", "Vous ne risquez rien."),
    ("safety", "Une plante inoffensive"),
    ("safety", "Le produit n’est pas dangereux."),
    ("safety", "Sans effets secondaires"),
    ("cure", "Ce médicament guérit la migraine."),
    ("cure", "Vous guérirez."),
    ("cure", "La guérison est proche."),
    ("cure", "GUERIR enfin"),
    ("cure", "Un remède miraculeux"),
    ("benefit", "Ce traitement vous aidera."),
    ("benefit", "Vous irez mieux."),
    ("benefit", "Un médicament efficace"),
    ("benefit", "Son efficacité est connue."),
    ("benefit", "Il améliorera votre sommeil."),
    ("benefit", "Un traitement révolutionnaire"),
    ("guarantee", "Résultat garanti"),
    ("guarantee", "Nous vous promettons un résultat."),
    ("approval", "Un médicament approuvé par l’ANSM"),
    ("approval", "Un comprimé autorisé par la FDA"),
    ("rights", "Vous renoncez à tout recours."),
    ("rights", "Le promoteur décline toute responsabilité."),
    ("rights", "Le centre n’est pas responsable."),
    ("rights", "À vos risques et périls"),
    ("haste", "Dépêchez-vous !"),
    ("haste", "Plus que 3 places"),
    ("haste", "N’attendez plus."),
    ("haste", "Les places sont limitées."),
    ("haste", "Inscrivez-vous dès aujourd’hui."),
]
FINE_ENGLISH = [
    "We do not know if it is safe.",
    "We do not know yet whether it works or how safe it is.",
    "The study is there to find out how safe and effective the tablet is.",
    "Nobody can promise that there are no side effects.",
    "We cannot say that there is no risk.",
    "It may help you, or it may not.",
    "There is no cure yet.",
    "This study will not cure you.",
    "Your data is kept safe.",
    "Use effective birth control during the study.",
    "You do not give up any of your legal rights.",
    "You are free to say no. Feel free to ask.",
    "It may be of no use to you yourself.",
    "The tablet is not approved by the FDA.",
    "It will help us learn more.",
    "What you tell us stays private: we guarantee confidentiality.",
    "You can stop at any time, and your care stays the same.",
    "You will see a doctor five times.",
]
FINE_FRENCH = [
    "Nous ne savons pas si c’est sans danger.",
    "On ne sait pas encore si ce traitement est efficace ni s’il est sûr.",
    "Le but est de savoir si le comprimé est efficace.",
    "Personne ne peut promettre qu’il n’y a aucun risque.",
    "Cela peut vous aider, ou pas.",
    "Ce traitement ne guérit pas la maladie.",
    "Vous pouvez bien sûr dire non.",
    "L’étude a lieu sur le site de Lyon.",
    "Vos données sont conservées en lieu sûr.",
    "Une contraception efficace est demandée.",
    "Vous ne renoncez à aucun de vos droits.",
    "L’étude a été autorisée par l’ANSM.",
    "Vous pouvez arrêter à tout moment, et vos soins restent les mêmes.",
    "La confidentialité est garantie.",
    "Pour être sûrs que l’étude vous convient, nous parlons avec vous.",
    "Vous voyez un médecin cinq fois.",
]
WARNED: list[tuple[Tongue, Part, str, str]] = [
    ("en", Part.BODY, "new", "A new treatment for gout"),
    ("fr", Part.BODY, "new", "Un nouveau traitement de la goutte"),
    ("fr", Part.BODY, "new", "De nouvelles thérapies"),
    ("en", Part.BODY, "pay", "You get free treatment."),
    ("en", Part.BODY, "pay", "Earn something."),
    ("fr", Part.BODY, "pay", "Les examens sont gratuits."),
    ("en", Part.SUBJECT, "amount", "A study: $ 500 for you"),
    ("fr", Part.TITLE, "amount", "Une étude : 500 euros pour vous"),
    ("en", Part.BODY, "capitals", "PLEASE READ THIS"),
    ("fr", Part.BODY, "praise", "Un comprimé prometteur"),
]


def found(text: str, language: Tongue, part: Part = Part.BODY) -> list[Claim]:
    return claims({part: text}, language)


@pytest.mark.parametrize(("sort", "text"), BANNED_ENGLISH)
def test_an_english_claim_is_banned(sort: str, text: str) -> None:
    assert [each.sort for each in found(text, "en") if each.banned] == [sort]


@pytest.mark.parametrize(("sort", "text"), BANNED_FRENCH)
def test_a_french_claim_is_banned(sort: str, text: str) -> None:
    assert [each.sort for each in found(text, "fr") if each.banned] == [sort]


@pytest.mark.parametrize("text", FINE_ENGLISH)
def test_honest_english_is_fine(text: str) -> None:
    assert found(text, "en") == []


@pytest.mark.parametrize("text", FINE_FRENCH)
def test_honest_french_is_fine(text: str) -> None:
    assert found(text, "fr") == []


@pytest.mark.parametrize(("language", "part", "sort", "text"), WARNED)
def test_what_somebody_must_answer_for_is_warned_of(
    language: Tongue, part: Part, sort: str, text: str
) -> None:
    assert [(each.sort, each.banned) for each in found(text, language, part)] == [(sort, False)]


def test_new_is_fine_where_it_is_explained_as_being_tested() -> None:
    assert found("A new treatment. It is still being tested.", "en") == []
    assert found("Un nouveau traitement. Il est à l’étude.", "fr") == []


def test_the_words_are_named_where_they_stand() -> None:
    text = "Œdème : c’est SANS  DANGER, vraiment.".replace("  ", " ")
    assert [each.words for each in found(text, "fr")] == ["SANS DANGER"]


@pytest.mark.parametrize(
    "text",
    [
        "OUR TREATMENT IS COMPLETELY SAFE",
        "Wow!! " * 60 + "It is safe.",
        "It is not safe. " * 60 + "It is safe.",
        "A new drug. " * 60 + "It is safe.",
    ],
)
def test_what_is_banned_hides_behind_nothing(text: str) -> None:
    assert [each.sort for each in found(text, "en") if each.banned] == ["safety"]


def test_an_accent_that_was_typed_by_itself_hides_nothing() -> None:
    texts = tidy(Channel.SMS, {"body": "Ce produit gue\u0301rit la migraine."})
    assert [each.banned for each in claims(texts, "fr")] == [True]


def test_every_claim_says_why_and_who_says_so() -> None:
    claim = found("It is safe.", "en")[0]
    assert claim.why.startswith("This says")
    assert "FDA" in claim.source


PIECES = st.sampled_from(
    ["safe ", "not ", "no risk ", "new ", "a", " ", "AAAA ", "released from ", "100 ", "1.", "ne ",
     "renonce ", "n'est pas ", "d'", "will help ", "aucun ", "€", "!", "de l'", "\n", "efficace "]
)  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=12), st.sampled_from(["en", "fr"]))
def test_no_text_of_100_kilobytes_takes_long(pieces: list[str], language: Tongue) -> None:
    unit = "".join(pieces)
    text = (unit * (100_000 // len(unit) + 1))[:100_000]
    began = time.process_time()
    found(text, language)
    assert time.process_time() - began < 5
