"""`/sitemap.xml` and `/robots.txt`: what search engines may read, and that they read nothing else.

The protocol allows 50,000 addresses in a file (https://www.sitemaps.org/protocol.html).
"""

from html import escape
from typing import Final

from flask import Blueprint, Response, url_for
from sqlalchemy import select
from sqlmodel import col

from recruit.core.db import reading
from recruit.trials.tables import Trial
from recruit.web.access import anyone
from recruit.web.service import service

pages = Blueprint("sitemap", __name__)

MOST: Final = 50_000
OF_PERSONS: Final = ("/i/", "/u/", "/card/")
OPEN_TO_ALL: Final = ("public.home", "public.studies", "public.privacy", "joining.start")


@pages.get("/sitemap.xml")
@anyone
def studies() -> Response:
    """Every page that stands open to everybody, and of a study when it was last amended."""
    newest = select(col(Trial.id), col(Trial.amended_at)).order_by(col(Trial.amended_at).desc())
    with reading(service().engine) as session:
        rows = session.execute(newest.limit(MOST - len(OPEN_TO_ALL))).all()
    base = service().settings.base_url
    lines = [f"<url><loc>{escape(base + url_for(page))}</loc></url>" for page in OPEN_TO_ALL]
    for number, amended_at in rows:
        address = escape(base + url_for("public.study", slug=number))
        lines.append(f"<url><loc>{address}</loc><lastmod>{amended_at:%Y-%m-%d}</lastmod></url>")
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        + "\n".join(lines)
        + "\n</urlset>\n"
    )
    return Response(text, mimetype="application/xml")


@pages.get("/robots.txt")
@anyone
def robots() -> Response:
    """Pages of persons are kept out of indexes by themselves; links to one person, here too."""
    base = service().settings.base_url
    shut = "".join(f"Disallow: {start}\n" for start in OF_PERSONS)
    text = f"User-agent: *\n{shut}Sitemap: {base}/sitemap.xml\n"
    return Response(text, mimetype="text/plain")
