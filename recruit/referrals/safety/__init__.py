"""Finding what may be an adverse event in people's own words."""

from recruit.referrals.safety.finding import suspected
from recruit.referrals.safety.signs import Kind, Sign

__all__ = ["Kind", "Sign", "suspected"]
