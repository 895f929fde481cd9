"""A criterion in one line, for whoever reads it in either language."""

from recruit.actions.catalogue import Worded
from recruit.criteria.eligibility import Criterion, leaves
from recruit.criteria.nodes import Unparsed
from recruit.criteria.phrase import Lexicon, phrase


def in_one_line(criterion: Criterion, written: str, language: str, lexicon: Lexicon) -> Worded:
    """As its rule says, where that was understood, else in the study's own words.

    `written` is the language of these.
    """
    if any(isinstance(leaf, Unparsed) for leaf in leaves(criterion.rule)):
        return Worded(" ".join(criterion.text.split()), written)
    return Worded(phrase(criterion.rule, language, lexicon), language)
