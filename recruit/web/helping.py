"""Who helps somebody to say what they want, in words for that person."""

from collections.abc import Mapping
from typing import Final

from recruit.consent.evidence import Helper
from recruit.core.i18n import N_

HELPERS: Final[Mapping[str, str]] = {
    "": N_("Nobody"),
    Helper.RELATIVE.value: N_("A relative or friend"),
    Helper.CARER.value: N_("A nurse or carer"),
    Helper.OTHER.value: N_("Somebody else"),
}
