"""A coordinator's day: the queue of matches, one match with its reasons, what was decided."""
