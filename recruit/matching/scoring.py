"""How probable it is that all of a trial's criteria hold for a person.

Known criteria count 1 or 0. One that is not known counts by how often such a criterion turns out to
hold: people who are looked at for a trial meet most of its inclusion criteria and few of its
exclusion criteria. Criteria are taken as independent, which they are not; the score orders, it is
no probability to be quoted.
"""

from math import log
from typing import Final

import numpy as np
import numpy.typing as npt

from recruit.criteria.eligibility import Criterion, Eligibility
from recruit.criteria.truth import Truth
from recruit.matching.index import UNKNOWN

# Of 684 patient-criterion pairs that experts judged (TrialGPT's annotations, Jin et al., Nature
# Communications 15, 2024), 93 of the 104 decided inclusions and 339 of the 347 decided exclusions
# let the patient in. To be replaced by outcomes of our own pre-screenings.
INCLUSION_HOLDS: Final = 0.89
EXCLUSION_HOLDS: Final = 0.98


def chances(criterion: Criterion) -> tuple[float, float, float]:
    """The chance that `criterion` lets a person in, when its statement is NO, UNKNOWN, YES."""
    if criterion.kind == "inclusion":
        return (0.0, INCLUSION_HOLDS, 1.0)
    return (1.0, EXCLUSION_HOLDS, 0.0)


def score(eligibility: Eligibility, truths: tuple[Truth, ...]) -> float:
    """The chance, in [0, 1], that all criteria hold for a person with these truths."""
    product = 1.0
    for criterion, truth in zip(eligibility.criteria, truths, strict=True):
        product *= chances(criterion)[truth]
    return product


def scores(eligibility: Eligibility, truths: npt.NDArray[np.int8]) -> npt.NDArray[np.float64]:
    """The same for everybody: `truths` has a row per criterion, a column per person."""
    product = np.ones(truths.shape[1])
    for criterion, row in zip(eligibility.criteria, truths, strict=True):
        product *= np.array(chances(criterion))[row]
    return product


def log_chances(
    held: npt.NDArray[np.int8], inclusion: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """The logarithm of the chance that each criterion lets somebody in who none keeps out.

    `held` says whether each is known to let them in, `inclusion` which are inclusions.
    """
    unknown = np.where(inclusion, log(INCLUSION_HOLDS), log(EXCLUSION_HOLDS))
    return np.where(held == UNKNOWN, unknown, 0.0)
