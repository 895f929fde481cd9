"""Where a postcode lies, from a table of ours: nobody outside is asked."""

from recruit.people.places.postcodes import centre, located, plain_postcode

__all__ = ["centre", "located", "plain_postcode"]
