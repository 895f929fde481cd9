"""The levels of ATC codes: anatomical, therapeutic, pharmacological, chemical, substance."""


def above(code: str) -> str | None:
    """The group that `code` lies in: A10BA02 → A10BA → A10B → A10 → A; None for A."""
    cut = {7: 5, 5: 4, 4: 3, 3: 1}.get(len(code))
    return code[:cut] if cut else None
