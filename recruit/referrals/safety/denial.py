"""What is said not to be so: "no fever", "je n'ai pas vomi", "ni toux ni fièvre".

From a sign back to the word that denies it stand only words that carry a denial on. Any other word
between them, and the sign is left flagged: "I can't sleep, the pain", "pas que de la fièvre".
"""

from collections.abc import Sequence
from typing import Final

from recruit.referrals.safety.signs import Kind
from recruit.referrals.safety.stream import ENDS, MARKS, word_set
from recruit.referrals.safety.surroundings import Candidate, Surroundings

_NO: Final = word_set("no not never without neither nor zero sans aucun aucune ni jamais pas")
_ONLY_WITH_NE: Final = frozenset({"plus", "guere"})
_OR: Final = frozenset({"or", "ou", "ni", "nor"})
_AND: Final = frozenset({"et", "and"})
_CARRYING: Final = word_set(
    "de d du des la le les l un une a an the any real really vraiment particulier particuliere at"
    " all du tout moindre sign signs signe signes eu had have having been be being feel feels felt"
    " feeling got get getting experienced experience noticed notice suffered suffer suffering from"
    " of ressenti senti more other autre autres severe serious grave graves single kind sort type"
    " ai fait faire avoir ete etre in au aux particular bad major problem problems probleme"
    " problemes special specific encore yet even ever once much trop tres very too right slightest"
    " symptom nouvelle nouveau new longer again nor or ou ni to en dans y mal significant"
    " notable unusual further additional developed reported seen vu observe observee remarque"
    " constate constatee present bien me m such effets effet side"
)
# A verb that "pas" or "not" may stand after for its denial to be one of the sign.
_DENIABLE: Final = word_set(
    "ai as a avons avez ont avais avait avaient aurai suis es est sommes etes sont etais etait sens"
    " sent ressens ressent souffre souffrais fais fait toujours eu y do did does have has had am is"
    " are was were been vraiment presente remarque constate du tout fort and et ou or but mais will"
    " may i still certainly really be would having not jamais also definitely pense crois"
)
_ENDLESS: Final = ("arret", "cess", "stop", "fini", "pass", "part", "calm", "sais", "dout")
# "Never as bad as this", "no such pain before": it is there now.
_UNHEARD_OF: Final = word_set(
    "so such aussi autant tel telle tels telles pareil pareille pareils like comme before avant"
    " jusque auparavant autrefois previously until till worse pire depuis since that anymore"
    " normalement normally usually habituellement d'habitude"
)
_CALLED_UNHEARD: Final = word_set("avant before auparavant previously jusque until till")
_UNLIKELY: Final = frozenset({("not", "think", "i", "am"), ("not", "think", "she", "is")})
_EXCLUDED: Final = word_set("elimine ecarte exclu excluded")
_FARTHEST: Final = 14
_AFTER: Final = 6


def denied(around: Surroundings, sign: Candidate) -> bool:
    """Whether `sign` is surely denied."""
    words = around.words
    if _afterwards(around, sign):
        return True
    if tuple(words[max(0, sign.first - 4) : sign.first]) in _UNLIKELY:
        return True
    comma = False
    for place in range(sign.first - 1, max(-1, sign.first - _FARTHEST), -1):
        word = words[place]
        if _excludes(words, place):
            return True
        if word in _NO or (word in _ONLY_WITH_NE and _has_ne(words, place)):
            listed = not comma or _listed(around, place, sign)
            return listed and not around.in_sign(place) and _denies(around, place, sign)
        if not _carries(around, place):
            return False
        comma = comma or word == ","
    return False


def _excludes(words: Sequence[str], place: int) -> bool:
    """Whether a word rules something out: “they ruled out a clot”."""
    word = words[place]
    return word in _EXCLUDED or (word == "out" and place > 0 and words[place - 1] == "ruled")


def _carries(around: Surroundings, place: int) -> bool:
    """Whether a denial goes on over the word at `place`."""
    word = around.words[place]
    if word in ENDS or word in _AND:
        return False
    return word == "," or word in _CARRYING or around.in_sign(place)


def _has_ne(words: Sequence[str], place: int) -> bool:
    return bool({"n", "ne", "no"} & set(words[max(0, place - 4) : place]))


def _denies(around: Surroundings, place: int, sign: Candidate) -> bool:
    """Whether the "not" at `place` is one, and of the sign."""
    words = around.words
    word = words[place]
    before = words[place - 1] if place else ""
    earlier = set(_since_mark(words, max(0, place - 5), place))
    after = set(words[sign.last : sign.last + _AFTER])
    between = set(words[place + 1 : sign.last])
    if between & {"que", "qu", "such", "so", "aussi", "autant", "tel", "telle"}:
        return False
    if before.startswith(_ENDLESS) or earlier & {"pas", "not", "sans", "without", "doubt", "deny"}:
        return False
    if after & _CALLED_UNHEARD or (word in {"never", "jamais"} and after & _UNHEARD_OF):
        return False
    if any(first < place < end for first, end in around.figures):
        return False
    if word in {"pas", "not", "plus", "jamais", "never"}:
        return not before or before in ENDS or before == "," or before in _DENIABLE
    return True


def _since_mark(words: Sequence[str], start: int, end: int) -> Sequence[str]:
    """The words [start, end), from behind the last mark."""
    marks = [place for place in range(start, end) if words[place] in MARKS]
    return words[marks[-1] + 1 if marks else start : end]


def _listed(around: Surroundings, start: int, sign: Candidate) -> bool:
    """Whether what follows the "no" is one list: "no fever, cough or rash"."""
    words = around.words
    place = start + 1
    joined = False
    while place < len(words) and words[place] not in ENDS:
        word = words[place]
        joined = joined or (word in _OR and place > start + 1)
        if not (word in _CARRYING or word == "," or around.in_sign(place)):
            break
        place += 1
    return joined and place >= sign.last


def _afterwards(around: Surroundings, sign: Candidate) -> bool:
    """Whether the denial comes behind: “fever: no”, “je vomis pas”, “pain free”."""
    words = [*around.words[sign.last : sign.last + 4], "", "", "", ""]
    if words[0] == "free" and sign.kind is not Kind.DOSE:
        return True
    if words[0] == "," and words[1] in {"no", "non", "none", "aucun", "aucune"}:
        return words[2] in ENDS or words[2] in {"", ","}
    before = around.words[max(0, sign.first - 2) : sign.first]
    said_ne = "ne" in before or "n" in before
    if words[0] == "pas" or (words[0] in {"plus", "jamais"} and said_ne):
        single = sign.last - sign.first == 1
        subject = bool({"je", "j", "ne", "n", "il", "elle"} & set(before))
        return (
            single and subject and words[1] not in {"mal", "que", "qu", "seulement", "juste", "de"}
        )
    return False
