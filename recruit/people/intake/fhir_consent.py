"""The evidence that the Consents of one patient give together: the newest word decides."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from recruit.core.dates import PartialDate
from recruit.people.intake.fhir_values import Json

HASHED: Final = re.compile(r"urn:sha-?256:([0-9a-fA-F]{64})")
MATCHING: Final = "matching"
# HL7's reasons for using data, and the purposes that they are here.
PURPOSES: Final = {"CLINTRCH": MATCHING, "HRESCH": "research-reuse"}
# Consent.status: what was in force once says something, a draft and an error say nothing.
SPOKEN: Final = frozenset({"active", "rejected", "inactive"})
FIRST: Final = datetime.min.replace(tzinfo=UTC)
LAST: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class No:
    """What one Consent denies, from when on; no purposes are all of them."""

    purposes: frozenset[str]
    said: datetime

    def covers(self, purpose: str, since: datetime) -> bool:
        """Whether a yes to `purpose` of the moment `since` falls with this."""
        return self.said >= since and (not self.purposes or purpose in self.purposes)


def claim(consents: Sequence[Json], on: date) -> Mapping[str, object] | None:
    """The evidence in the exchange format's words, from all Consents of one person; None for none.

    Of the yeses the newest to matching counts, or the newest at all; a purpose that a Consent of
    the same moment or later denies, has withdrawn or let run out is left out of it.
    """
    spoken = [consent for consent in consents if consent.get("status") in SPOKEN]
    noes = [no for consent in spoken for no in _noes(consent, on)]
    yeses = sorted((c for c in spoken if _is_yes(c, on)), key=_said)
    chosen = next((c for c in reversed(yeses) if MATCHING in _purposes(_provision(c))), None)
    if chosen is None:
        return _evidence(yeses[-1], ()) if yeses else None
    kept = [p for p in _purposes(_provision(chosen)) if not _falls(p, _said(chosen), noes)]
    return _evidence(chosen, kept) if MATCHING in kept else None


def _is_yes(consent: Json, on: date) -> bool:
    return consent["status"] == "active" and _permits(consent) and _runs(consent, on)


def _permits(consent: Json) -> bool:
    return bool(_provision(consent).get("type", "permit") == "permit")


def _provision(consent: Json) -> Json:
    return consent.get("provision") or {}


def _purposes(provision: Json) -> list[str]:
    codes = [coding.get("code", "") for coding in provision.get("purpose", ())]
    return list(dict.fromkeys(PURPOSES.get(code, code) for code in codes))


def _falls(purpose: str, since: datetime, noes: Iterable[No]) -> bool:
    return any(no.covers(purpose, since) for no in noes)


def _noes(consent: Json, on: date) -> Iterator[No]:
    """What a Consent denies: itself, or by an exception to what it permits.

    An exception for certain data or readers counts in full: it cannot be kept here otherwise.
    """
    provision = _provision(consent)
    said = _said(consent, at_latest=True)
    if not _is_yes(consent, on):
        yield No(frozenset(_purposes(provision)), said)
    for inner in _nested(provision):
        if inner.get("type") == "deny":
            yield No(frozenset(_purposes(inner)), said)


def _nested(provision: Json) -> Iterator[Json]:
    for inner in provision.get("provision", ()):
        yield inner
        yield from _nested(inner)


def _runs(consent: Json, on: date) -> bool:
    """Whether the day lies in the period of the provision."""
    period = _provision(consent).get("period") or {}
    begun = not period.get("start") or PartialDate.parse(period["start"][:10]).earliest <= on
    today = datetime.combine(on, time(), UTC)
    return begun and (not period.get("end") or _end(period["end"]) > today)


def _end(text: str) -> datetime:
    """The first moment after a period; a day is part of it to its end."""
    moment = _moment(text)
    if moment is not None:
        return moment
    last = PartialDate.parse(text[:10]).latest
    return LAST if last == date.max else datetime.combine(last + timedelta(days=1), time(), UTC)


def _said(consent: Json, *, at_latest: bool = False) -> datetime:
    """When it was said; in doubt a yes is old and a no is new."""
    text = consent.get("dateTime")
    moment = _moment(text) if text else None
    if moment is not None or not at_latest:
        return moment or FIRST
    return _end(text) if text else LAST


def _moment(text: str) -> datetime | None:
    """A moment with its zone; None for a day, a month or a year."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _evidence(consent: Json, purposes: Iterable[str]) -> Mapping[str, object]:
    """The notice's hash is that of the attached notice, or stands as `urn:sha256:…` in a policy."""
    attached = consent.get("sourceAttachment") or {}
    found: dict[str, object] = {
        "purposes": list(purposes) or _purposes(_provision(consent)),
        "notice": _notice(consent, attached),
        "notice_version": attached.get("title") or (consent.get("meta") or {}).get("versionId"),
        "language": attached.get("language") or consent.get("language"),
        "at": consent.get("dateTime"),
        "method": "FHIR Consent " + str(consent.get("id", "")),
    }
    end = (_provision(consent).get("period") or {}).get("end")
    if end:
        found["valid_until"] = _end(end).isoformat()
    return found


def _notice(consent: Json, attached: Json) -> str | None:
    if attached.get("data"):
        try:
            return hashlib.sha256(base64.b64decode(attached["data"], validate=True)).hexdigest()
        except (binascii.Error, ValueError):
            return None
    for policy in consent.get("policy", ()):
        found = HASHED.fullmatch(str(policy.get("uri", "")))
        if found:
            return found[1].lower()
    return None
