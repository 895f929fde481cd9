"""What is flagged, where it stands, and what surely takes a sign back."""

import random
import string
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recruit.referrals.safety import Kind, suspected
from recruit.referrals.safety.finding import LONGEST, MOST, signs
from recruit.referrals.safety.signs import Doubt

FLAGGED = [
    ("Mon bras est devenu bleu après la piqûre", Kind.SYMPTOM),
    ("my legs wouldn't carry me", Kind.SYMPTOM),
    ("couldn't remember my name", Kind.MIND),
    ("jé mal o ventre", Kind.SYMPTOM),
    ("je vommis depuis hier", Kind.SYMPTOM),
    ("I had a seisure", Kind.SYMPTOM),
    ("J'ai pris deux comprimés au lieu d'un", Kind.DOSE),
    ("The test was positive, I'm pregnant", Kind.PREGNANCY),
    ("I don't want to live any more", Kind.SUICIDE),
    ("La pompe s'est bloquée cette nuit", Kind.DEVICE),
    ("température 39,4 ce soir", Kind.VALUE),
    ("Le traitement ne marche pas", Kind.EFFECT),
    ("He passed away on Sunday", Kind.DEATH),
    ("Je suis à l'hôpital depuis lundi", Kind.HOSPITAL),
    ("I fell down the stairs", Kind.INJURY),
    ("je saigne du nez", Kind.BLEEDING),
    ("I came out in hives", Kind.ALLERGY),
]


@pytest.mark.parametrize(("text", "kind"), FLAGGED)
def test_a_sign_is_flagged_with_its_kind(text: str, kind: Kind) -> None:
    assert kind in {sign.kind for sign in suspected(text)}


TAKEN_BACK = [
    ("Je n'ai pas de fièvre", Doubt.DENIED),
    ("No fever, cough or rash", Doubt.DENIED),
    ("Ma mère a eu un AVC, est-ce que cela compte ?", Doubt.ANOTHER),
    ("My son is ill, can I come on Monday instead?", Doubt.ANOTHER),
    ("Il y a dix ans, j'ai eu un infarctus", Doubt.BEFORE),
    ("In 2009 I broke my leg", Doubt.BEFORE),
    ("Est-ce que ça peut donner des maux de tête ?", Doubt.SUPPOSED),
    ("Ce formulaire me donne mal à la tête", Doubt.FIGURE),
    ("Je meurs d'impatience", Doubt.FIGURE),
    ("I have type 2 diabetes", Doubt.KNOWN),
]


@pytest.mark.parametrize(("text", "doubt"), TAKEN_BACK)
def test_what_is_surely_no_sign_is_not_flagged(text: str, doubt: Doubt) -> None:
    assert suspected(text) == ()
    assert doubt in {sign.doubt for sign in signs(text)}


NOT_TAKEN_BACK = [
    "Pas de fièvre mais je vomis",
    "No fever, vomiting all night",
    "Je n'arrête pas de vomir",
    "I wouldn't say I'm not in pain",
    "Je n'ai jamais eu aussi mal",
    "I had no headaches before the study",
    "Mon mari, qui est dans l'étude, est tombé",
    "Ma fille m'a retrouvée par terre",
    "J'ai eu un infarctus il y a dix ans et hier j'ai encore eu mal dans la poitrine",
    "J'ai des maux de tête, est-ce que ça peut venir du traitement ?",
    "When I stand up I feel faint",
    "The injection site is red and hot",
    "My friend's wedding was lovely. My left arm went numb on the way home.",
    "On m'a trouvé un cancer",
    # a word about visits or papers clears no other clause, and none that speaks of the body
    "J'ai le formulaire, même si la voix s'éraille depuis le début",
    "Je n'irai pas au travail, le dos refuse",
    # so does no figure of speech, nor what was long before and is back
    "Can't make Friday, can't get my shoes on",
    "Mes migraines étaient passées en 2015, elles sont de retour",
    "The leaflet mentions jaundice: that's exactly it",
    # a relative may take part: only a reason of the writer's own takes it back
    "My wife won't wake up",
    "Mon mari fait un malaise après chaque prise",
    "Mon mari a vomi de la bile",
    # no question though it begins like one
    "Can hardly hold a cup",
    "Why is my pee orange?",
    "🤢🤢 depuis 8 h",
    "tt flou",
]


@pytest.mark.parametrize("text", NOT_TAKEN_BACK)
def test_what_is_in_doubt_is_flagged(text: str) -> None:
    assert suspected(text)


@pytest.mark.parametrize(
    "text", ["", "STOP", "Oui", "I'm interested, how do I sign up?", "ok", "d'accord, à demain"]
)
def test_an_answer_to_an_invitation_is_no_event(text: str) -> None:
    assert suspected(text) == ()


EVERYDAY = [
    "J'ai changé d'adresse, j'habite maintenant à Nantes.",
    "Je vais y réfléchir avec mon médecin.",
    "J'ai lu le document et tout est clair.",
    "C'est trop loin pour moi, désolé.",
    "Je ne suis plus intéressée.",
    "Mon médecin est le docteur Exemple à Lyon.",
    "J'habite à la campagne et je n'ai pas de voiture.",
    "L'étude se passe dans quel hôpital ?",
    "Est-ce que ça fait mal ?",
    "Mon dernier HbA1c était à 7,2 %.",
    "I would like to take part but I work during the day.",
    "I don't want any more messages from you.",
    "Sorry, it is too far for me.",
    "My number has changed.",
    "Do I have to stay overnight in the hospital?",
    "My last HbA1c was 7.2 %.",
]


@pytest.mark.parametrize("text", EVERYDAY)
def test_an_everyday_message_is_not_flagged(text: str) -> None:
    assert suspected(text) == ()


WITH_HARM = [
    "Je ne suis plus intéressé par rien depuis la piqûre.",
    "Dois-je rester à l'hôpital si je saigne encore ?",
    "Do I have to keep taking the tablets even though I vomit?",
    "Est-ce que ça fait mal longtemps ? J'ai mal depuis la piqûre.",
    "It is too far for me now that my legs are swollen.",
    "I live in fear since the injection.",
    "Mon HbA1c est à 13.",
]


@pytest.mark.parametrize("text", WITH_HARM)
def test_everyday_words_take_no_harm_back(text: str) -> None:
    assert suspected(text)


def test_words_that_no_table_knows_are_flagged_too() -> None:
    assert [sign.kind for sign in suspected("Le zigomar fit tchouk dans la cambuse")] == [
        Kind.OTHER
    ]


def test_a_sign_names_the_concept_of_the_lexicon() -> None:
    assert "MESH:D005334" in {sign.concept for sign in suspected("J'ai de la fièvre")}


def test_lines_that_quote_another_message_are_not_the_writers() -> None:
    assert suspected("Merci pour votre message\n> fever and vomiting") == ()


@given(st.text(max_size=300))
def test_every_sign_stands_where_it_says(text: str) -> None:
    for sign in signs(text):
        assert 0 <= sign.start <= sign.end <= len(text)
        assert sign.kind is Kind.UNREAD or text[sign.start : sign.end] == sign.words


@given(
    st.sampled_from(
        ["J'ai vomi hier.", "I passed out yesterday.", "Je saigne.", "My arm is blue."]
    ),
    st.lists(st.sampled_from(string.ascii_letters + " éàç-'"), max_size=80).map("".join),
    st.lists(st.sampled_from(string.ascii_letters + " éàç-'"), max_size=80).map("".join),
)
def test_sentences_around_a_sure_sign_never_take_it_back(
    sure: str, before: str, after: str
) -> None:
    assert suspected(f"{before}. {sure}\n\n{after}.")


@given(st.sampled_from([text for text, _ in FLAGGED]))
def test_capitals_and_missing_accents_change_nothing(text: str) -> None:
    for other in (text.upper(), text.lower(), text.replace("é", "e").replace("û", "u")):
        assert suspected(other)


@settings(max_examples=20)
@given(st.integers(1, 60))
def test_a_clause_in_a_long_letter_is_found(place: int) -> None:
    filler = ["Merci pour votre lettre.", "I will come by train on Monday."] * 30
    assert suspected(" ".join([*filler[:place], "J'ai vomi du sang.", *filler[place:]]))


def test_a_text_too_long_to_be_looked_at_is_flagged() -> None:
    assert [sign.kind for sign in suspected(" " * (LONGEST + 1))] == [Kind.UNREAD]


def test_a_text_with_too_many_signs_is_flagged() -> None:
    assert suspected("pas de fièvre. " * (MOST + 1))[-1].kind is Kind.UNREAD


@pytest.mark.parametrize(
    "piece", ["fever, ", "mal ", "ma mère, ", "no pain or ", "if i ", "j'", ">\n"]
)
def test_a_megabyte_of_hostile_text_takes_two_seconds_at_most(piece: str) -> None:
    suspected("warm")
    began = process_time()
    suspected((piece * 1_000_000)[:1_000_000])
    assert process_time() - began < 2


def test_a_megabyte_of_unknown_words_takes_two_seconds_at_most() -> None:
    draw = random.Random(1)  # noqa: S311 - noise, no secret
    noise = " ".join("".join(draw.choices(string.ascii_lowercase, k=8)) for _ in range(120_000))
    suspected("warm")
    began = process_time()
    suspected(noise)
    assert process_time() - began < 2


def test_a_text_message_takes_five_milliseconds_at_most() -> None:
    some = [text for text, _ in FLAGGED]
    for text in some:
        suspected(text)
    began = process_time()
    for text in some:
        suspected(text)
    assert (process_time() - began) / len(some) < 0.005
