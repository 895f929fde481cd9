"""What is asked about, feared, foreseen or read: "does it give headaches?", "en cas de fièvre"."""

from typing import Final

from recruit.referrals.safety.signs import Kind
from recruit.referrals.safety.surroundings import Candidate, Surroundings

# Mine, this one: what is spoken of so is there.
_REAL: Final = frozenset(
    "my mes mon ma this these ces cette cet having ai am since depuis already deja have suis been"
    .split()
)
_AFTER: Final = frozenset(
    "since depuis hier yesterday now maintenant already deja today aujourd again encore last"
    " matin morning".split()
)
_UNSURE: Final = frozenset(
    "sais savoir demande know wonder wondering sure certain normal normale pense think worried"
    " inquiete inquiet understand comprends".split()
)
_LINKS: Final = frozenset(
    "de d du des la le les l un une a an the any some to me m vous you us you get getting be being"
    " feel feeling avoir etre des maux people patients someone side effects or ou and et , like"
    " such as comme tels tel que tant qu serious severe graves grave more bad strong long term an"
    " feeling faire tomber tombe become vomir in with over of en vous nous te them il elle ai"
    " having falling fall fell ill sick have i je j were was si if".split()
)
_GAP: Final = 8


def supposed(around: Surroundings, sign: Candidate) -> bool:
    """Whether `sign` is surely only supposed."""
    clause = around.clause(sign.first)
    if set(around.words[sign.last : clause.end]) & _AFTER:
        return False
    for first, end, section in around.cues:
        if section not in {"supposed", "quoted"} or not clause.start <= first:
            continue
        if first > sign.first or sign.first - end > _GAP:
            continue
        if first < sign.last and _applies(around, sign, first, min(end, sign.first), section):
            return True
    return _asked_of_all(around, sign)


def _applies(around: Surroundings, sign: Candidate, first: int, end: int, section: str) -> bool:
    words = around.words
    if _UNSURE & set(words[max(0, first - 4) : first]):
        return False
    between = words[end : sign.first]
    opened = {"si", "if", "should", "when", "quand"} & set(words[first:end])
    if section == "quoted":
        return not set(between) & {"i", "j", "je", "my", "mes", "mon", "ma"}
    if opened:
        if sign.kind in {Kind.PREGNANCY, Kind.SUICIDE}:
            return bool({"become", "get", "fall", "tombe", "tombais", "devenais"} & set(words[first : sign.first]))
        if words[max(0, first - 1)] in {"as", "comme", "even", "meme"} and first:
            return False
        past = {"vomi", "had", "did", "eu", "ete", "was"} & set(between)
        return not past and not set(between) & {"my", "mes", "mon", "ma", "this", "ces"}
    return not set(between) & _REAL and all(
        word in _LINKS or around.in_sign(place)
        for place, word in enumerate(between, end)
    )


def _asked_of_all(around: Surroundings, sign: Candidate) -> bool:
    """ "Do people fall ill from it?", "are there side effects?", "must one be ill to join?" """
    if not around.asks(sign.first):
        return False
    sentence = around.sentence(sign.first)
    words = set(around.words[sentence[0].start : sentence[-1].end])
    mine = words & {"my", "mes", "mon", "ma", "am", "ai", "suis", "feel", "sens", "have", "m", "had"}
    return not mine and bool(words & {"people", "others", "gens", "participants", "patients", "femmes", "women", "autres", "quels", "quelles"})
