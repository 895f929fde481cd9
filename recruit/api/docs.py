"""`/api/docs`: the description of the API to look at and to try, from our own files alone."""

from flask import Blueprint, render_template

from recruit.api import problems
from recruit.api.access import anyone

pages = Blueprint("api-docs", __name__)
problems.cover(pages)


@pages.get("/api/docs")
@anyone
def show() -> str:
    """Swagger UI, begun by a script of ours."""
    return render_template("api_docs.html")
