"""The code lists of the EU register, as its public portal words them (EMA/441149/2024)."""

from typing import Final

from recruit.trials.draft import Phase, Tongue, TrialStatus

# ctPublicStatusCode, and ctStatus as the years before June 2024 worded it
STATUSES: Final = {
    **dict.fromkeys(
        (
            *("1", "under evaluation"),
            *("2", "authorised, recruitment pending", "authorised, not started"),
        ),
        TrialStatus.NOT_YET_RECRUITING,
    ),
    **dict.fromkeys(
        (*("3", "authorised, recruiting"), *("4", "ongoing, recruiting")),
        TrialStatus.RECRUITING,
    ),
    **dict.fromkeys(("5", "ongoing, recruitment ended"), TrialStatus.ACTIVE_NOT_RECRUITING),
    **dict.fromkeys(("6", "temporarily halted", "halted", "7", "suspended"), TrialStatus.SUSPENDED),
    **dict.fromkeys(("8", "ended"), TrialStatus.COMPLETED),
    **dict.fromkeys(("10", "revoked"), TrialStatus.TERMINATED),
    # Expired: not begun within two years of the authorisation.
    **dict.fromkeys(
        ("9", "expired", "11", "not authorised", "12", "cancelled"), TrialStatus.WITHDRAWN
    ),
}

# trialPhase: three kinds of phase I; II, III, IV; three kinds of I and II; II and III, III and IV
PHASES: Final[dict[str, Phase]] = {
    **dict.fromkeys(("1", "2", "3"), "1"),
    "4": "2",
    "5": "3",
    "6": "4",
    **dict.fromkeys(("7", "8", "9"), "1/2"),
    "10": "2/3",
    "11": "3/4",
}

# ageRangeCategory, lowest and highest age: in utero, 0 to 17, 18 to 64, 65 years and over. The
# finer second list lies within these groups; its numbers changed over time and are not read.
AGE_GROUPS: Final[dict[str, tuple[str | None, str | None]]] = {
    "1": (None, None),
    "2": (None, "17 Years"),
    "3": ("18 Years", "64 Years"),
    "4": ("65 Years", None),
}

# languageDescription
LANGUAGES: Final[dict[str, Tongue]] = {"english": "en", "french": "fr"}
