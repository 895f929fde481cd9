"""`/share/<slug>` and `/s/<code>`: what anybody may pass on of a study, and where it leads.

Neither sets a cookie. An address that was passed on is counted by day and channel alone; the page
of the study carries its code on to the form of joining, in the address.
"""

from io import BytesIO
from typing import Final

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.catalogue import public_title
from recruit.actions.kit import offering, visits
from recruit.actions.kit.offering import Offer
from recruit.actions.kit.paper import Size, sheet
from recruit.core.db import reading
from recruit.trials.draft import Tongue
from recruit.trials.materials import links
from recruit.trials.materials.content import PRINTED, Channel, Part
from recruit.web.access import anyone
from recruit.web.language import language
from recruit.web.service import service
from recruit.web.sponsor.texts import CHANNELS

pages = Blueprint("share", __name__)

PDF: Final = "application/pdf"
QUIET: Final = 4  # modules around a QR code (ISO/IEC 18004)
# What fetches a picture of the page when somebody posts its address; nobody reads it then.
PREVIEWS: Final = ("bot", "preview", "facebookexternalhit", "whatsapp", "crawler", "spider")


@pages.get("/share/<path:slug>")
@anyone
def kit(slug: str) -> str:
    """Texts and sheets of paper, each approved; those in the reader's language first."""
    with reading(service().engine) as database:
        title = public_title(database, slug, language())
        found = offering.offers(database, slug)
    found.sort(key=lambda each: each.material.place.language != language())
    return render_template(
        "share.html",
        slug=slug,
        title=title,
        address=f"{service().settings.base_url}/studies/{slug}",
        paper=[each for each in found if each.material.place.channel in PRINTED],
        texts=[_shown(each) for each in found if each.material.place.channel not in PRINTED],
        channels=CHANNELS,
        sizes=list(Size),
    )


@pages.get(
    f"/share/<any({', '.join(PRINTED)}):channel>/<any({', '.join(Size)}):size>"
    "/<any(en, fr):tongue>/<country>/<path:slug>"
)
@anyone
def paper(channel: str, size: str, tongue: Tongue, country: str, slug: str) -> Response:
    """A poster or flyer as a PDF."""
    with reading(service().engine) as database:
        found = offering.printed(database, slug, Channel(channel), tongue, country)
    answer = Response(sheet(found.material, _address(found), Size(size)), mimetype=PDF)
    answer.headers["Content-Disposition"] = f'inline; filename="{channel}-{size}-{tongue}.pdf"'
    return answer


@pages.get("/share/code/<code>.svg")
@anyone
def picture(code: str) -> Response:
    """The QR code of an address, as a picture to put somewhere else."""
    import segno  # noqa: PLC0415 - few ask for it

    with reading(service().engine) as database:
        links.trial_of(database, code)
    drawn = BytesIO()
    made = segno.make(_to(code), error="m", micro=False)
    made.save(drawn, kind="svg", border=QUIET, scale=4, light="#fff")
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


@pages.get("/s/<code>")
@anyone
def lead(code: str) -> ResponseReturnValue:
    """On to the study."""
    slug = visits.opened(service().engine, code, counted=not _is_program())
    return redirect(url_for("public.study", slug=slug, via=code))


def via() -> str:
    """The code that somebody came by, as the address says it; "" for none."""
    code = request.args.get("via", "")
    return code if links.is_code(code) else ""


def _shown(offer: Offer) -> tuple[Offer, str, str]:
    """A text with its heading and its words, as they are passed on."""
    filled = offer.filled(_address(offer))
    return offer, offering.title_of(filled), filled[Part.BODY]


def _address(offer: Offer) -> str:
    return _to(offer.code)


def _to(code: str) -> str:
    return service().settings.base_url + url_for("share.lead", code=code)


def _is_program() -> bool:
    said = request.headers.get("User-Agent", "").casefold()
    return request.method == "HEAD" or any(word in said for word in PREVIEWS)
