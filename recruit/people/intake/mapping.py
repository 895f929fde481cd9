"""placeholder"""

from dataclasses import dataclass


@dataclass(frozen=True)
class FieldMapping:
    """x"""

    def applied(self, value: object) -> object:
        """y"""
        return value
