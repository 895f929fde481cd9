"""Where a postcode lies, from tables of ours: nobody outside is asked."""

from recruit.people.places.postcodes import centre, centre_each, located, plain_postcode
from recruit.people.places.regions import NAMES, area

__all__ = ["NAMES", "area", "centre", "centre_each", "located", "plain_postcode"]
