"""What can be chosen in the details of a trial, in the field's terms."""

from typing import Final

from recruit.core.dates import TimeUnit
from recruit.core.i18n import N_
from recruit.trials.draft import TrialStatus

NOT_GIVEN: Final = N_("Not given")
PHASES: Final = {
    "": NOT_GIVEN,
    "early 1": N_("Early phase 1"),
    "1": N_("Phase 1"),
    "1/2": N_("Phase 1/2"),
    "2": N_("Phase 2"),
    "2/3": N_("Phase 2/3"),
    "3": N_("Phase 3"),
    "3/4": N_("Phase 3/4"),
    "4": N_("Phase 4"),
}
SEXES: Final = {
    "": NOT_GIVEN,
    "all": N_("Everybody"),
    "female": N_("Women only"),
    "male": N_("Men only"),
}
HEALTHY: Final = {"": NOT_GIVEN, "yes": N_("Yes"), "no": N_("No")}
UNITS: Final = {
    TimeUnit.YEAR.value: N_("years"),
    TimeUnit.MONTH.value: N_("months"),
    TimeUnit.WEEK.value: N_("weeks"),
    TimeUnit.DAY.value: N_("days"),
}
STATUSES: Final = {
    TrialStatus.UNKNOWN.value: NOT_GIVEN,
    TrialStatus.NOT_YET_RECRUITING.value: N_("Not yet recruiting"),
    TrialStatus.RECRUITING.value: N_("Recruiting"),
    TrialStatus.ENROLLING_BY_INVITATION.value: N_("Enrolling by invitation"),
    TrialStatus.ACTIVE_NOT_RECRUITING.value: N_("Active, not recruiting"),
    TrialStatus.SUSPENDED.value: N_("Suspended"),
    TrialStatus.COMPLETED.value: N_("Completed"),
    TrialStatus.TERMINATED.value: N_("Terminated"),
    TrialStatus.WITHDRAWN.value: N_("Withdrawn"),
}
CHOICES: Final = {
    "phase": PHASES,
    "sex": SEXES,
    "healthy_volunteers": HEALTHY,
    "min_age_unit": UNITS,
    "max_age_unit": UNITS,
    "status": STATUSES,
}
