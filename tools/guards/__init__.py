"""The promises about security and privacy, the guard that holds each, and the tests that hold it.

`tools/take_guards_away.py` takes each guard away in a copy and runs its tests, which must fail.
docs/threat-model.md is printed from this table; tests/house/test_guards.py keeps it true.
"""

from typing import Final

from tools.guards.guard import Guard
from tools.guards.privacy import PRIVACY
from tools.guards.security import SECURITY

__all__ = ["GUARDS", "Guard"]

GUARDS: Final = (*SECURITY, *PRIVACY)
