"""Forms of staff that are larger than the common limit: files, and texts to paste.

The token check reads a form before its page runs, so the limit is raised earlier, and only for
those whom the page is for: a stranger's body stays bounded by the common limit.
"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request

from recruit.people.accounts import Role
from recruit.web.safety import LARGEST_FORM
from recruit.web.sessions import visitor


def larger(pages: Blueprint, view: str, size: int) -> None:
    """Let staff send a page of `pages` fields and files of `size` bytes beside the rest."""

    def allow(endpoint: str | None, _values: Mapping[str, Any] | None) -> None:
        if request.method != "POST" or endpoint != f"{pages.name}.{view}":
            return
        who = visitor()
        if who and who.role in {Role.SPONSOR, Role.ADMINISTRATOR}:
            request.max_content_length = size + LARGEST_FORM
            request.max_form_memory_size = size

    pages.url_value_preprocessor(allow)
