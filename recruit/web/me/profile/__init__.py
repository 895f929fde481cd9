"""The profile as a conversation: one thing a page, in any order, each saved as it is told."""

from recruit.web.me.profile import facts, lists, seeking, simple, values
from recruit.web.me.profile.steps import pages

__all__ = ["facts", "lists", "pages", "seeking", "simple", "values"]
