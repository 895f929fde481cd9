"""What compiler and reader of the lexicon agree on: bits, kinds by number, the format's number."""

from typing import Final

from recruit.terminology.concepts import Kind

# Raised when the meaning of the compiled arrays changes.
FORMAT: Final = 1
KINDS: Final = tuple(Kind)
# What is known about one name of one target, as bits.
SPOKEN: Final = 1
ABBREVIATION: Final = 2
CASE: Final = 4
PREFERRED: Final = 8
FRENCH: Final = 16
