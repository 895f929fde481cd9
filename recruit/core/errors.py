"""The one tree of errors; doors (web, API, command line) translate it, nobody else catches it.

An error carries a sentence with named fields, so that it can be said in both languages, the HTTP
status and the exit status it becomes. A person's data never goes into a field: records are named
by their identifier, facts by their field.
"""

from typing import ClassVar

from recruit.core.i18n import N_, translate


class RecruitError(Exception):
    """Root of the tree. `sentence` is a message of the catalogue with `{fields}` in it."""

    sentence: ClassVar[str] = N_("Something went wrong on our side; nothing was changed.")
    http_status: ClassVar[int] = 500
    exit_status: ClassVar[int] = 1

    def __init__(self, **fields: object) -> None:
        super().__init__(fields)
        self.fields = fields

    def say(self, language: str) -> str:
        """The sentence for people, in `language` ("en" or "fr")."""
        return translate(self.sentence, language, **self.fields)

    def __str__(self) -> str:
        return self.say("en")

    def __reduce__(self) -> tuple[object, ...]:
        """So that it can come from another process: the fields have names."""
        return _again, (type(self), self.fields)


class Refusal(RecruitError):
    """One record cannot be taken; the others go on. Names the record and the field.

    `problem` is itself a message of the catalogue and may use the other fields.
    """

    sentence = N_("{record}: {field}: {problem}")
    http_status = 422
    exit_status = 1

    def __init__(self, *, record: str, field: str, problem: str, **fields: object) -> None:
        super().__init__(record=record, field=field, problem=problem, **fields)
        self.record = record
        self.field = field
        self.problem = problem

    def say(self, language: str) -> str:
        """The sentence with its inner problem translated as well."""
        return translate(
            self.sentence,
            language,
            record=self.record,
            field=self.field,
            problem=self.explain(language),
        )

    def explain(self, language: str) -> str:
        """The problem alone, for whoever sees record and field already."""
        details = {k: v for k, v in self.fields.items() if k not in {"record", "field", "problem"}}
        return translate(self.problem, language, **details)


class WrongUsage(RecruitError):
    """The caller asked for something that makes no sense."""

    sentence = N_("{problem}")
    http_status = 400
    exit_status = 2

    def __init__(self, problem: str, **fields: object) -> None:
        super().__init__(problem=problem, **fields)
        self.problem = problem

    def say(self, language: str) -> str:
        """The problem itself, which is a message of the catalogue."""
        return translate(self.problem, language, **self.fields)


class NotFound(RecruitError):
    """There is no such thing, or not for this caller: both look the same from outside."""

    sentence = N_("There is no {what} with the identifier “{identifier}” here.")
    http_status = 404
    exit_status = 2

    def say(self, language: str) -> str:
        """The sentence; what is looked for is a word of the catalogue."""
        what = translate(str(self.fields["what"]), language)
        return translate(self.sentence, language, **{**self.fields, "what": what})


class NotAllowed(RecruitError):
    """The caller is known and may not do this."""

    sentence = N_("Your account does not have the right to do this.")
    http_status = 403


class ConsentMissing(RecruitError):
    """No consent that can be proved covers this purpose, so it is not done."""

    sentence = N_("{record}: no consent on record for “{purpose}”.")
    http_status = 403


class AskedTooMuch(RecruitError):
    """A count is not given: too many answers about people would tell who they are."""

    sentence = N_(
        "You have had as many different counts as may be given in 30 days; those you have had can "
        "be asked for again."
    )
    http_status = 429


class Unreachable(RecruitError):
    """The database or a provider does not answer."""

    sentence = N_("{service} cannot be reached; nothing was changed. Please try again later.")
    http_status = 503
    exit_status = 3


class DatabaseUnreachable(Unreachable):
    """No database answers."""

    sentence = N_("The database cannot be reached; nothing was changed. Please try again later.")


class ClusterUnreachable(Unreachable):
    """No scheduler answers, or one that has no workers."""

    sentence = N_(
        "The cluster at {address} cannot be reached, or has no workers; nothing was changed. "
        "Please try again later."
    )


class ClusterLost(Unreachable):
    """Its scheduler or its workers went away in the middle of the work."""

    sentence = N_(
        "The cluster at {address} was lost on the way. What was finished is kept; the same command "
        "does the rest."
    )


class WorkerRefused(Unreachable):
    """A worker of a cluster is not like the process that asks it."""

    sentence = N_(
        "The worker {worker} of the cluster runs another version of Recruit, or has another "
        "lexicon or another database. Please start it anew as this one."
    )


class Deadlocked(DatabaseUnreachable):
    """The database ended this unit of work so that another could go on; the next try will do."""


class ToldToEnd(RecruitError):
    """A process that is about to end stopped something that would have gone on for long."""

    sentence = N_(
        "This was stopped on the way. What was written is kept; the next run does the rest."
    )


class UnderWay(RecruitError):
    """Another process does the same at this moment."""

    sentence = N_("Another process is doing this at the moment. Please look again when it is over.")
    http_status = 409
    exit_status = 3


class ClockAstray(Unreachable):
    """The wall clock jumped, or is not the database server's."""

    sentence = N_(
        "The clock of this machine is off by {seconds} seconds: nothing is sent until it agrees "
        "again. Please check its time service."
    )


class DatabaseDamaged(Unreachable):
    """The file of the database is no database, or a damaged one."""

    sentence = N_(
        "The database is damaged or is no database; “recruit db restore --replace” brings a copy "
        "back."
    )


class SealBroken(RecruitError):
    """What is kept encrypted does not open: another key, another place, or a changed text."""

    sentence = N_(
        "Something that is kept encrypted cannot be opened; RECRUIT_VAULT_KEYS must hold every key "
        "that was used, and a restored database needs the keys of its day."
    )
    http_status = 503
    exit_status = 3


class EditedMeanwhile(RecruitError):
    """Somebody else changed what is being edited."""

    sentence = N_(
        "Somebody else has changed this in the meantime. Nothing of yours was saved yet: look at "
        "what they did, then do it again."
    )
    http_status = 409


class OutOfDate(RecruitError):
    """The database was made by another version of Recruit."""

    sentence = N_("The database needs an upgrade first: run “recruit db upgrade”.")
    http_status = 503
    exit_status = 3


def _again(kind: type[RecruitError], fields: dict[str, object]) -> RecruitError:
    return kind(**fields)


def place(error: BaseException) -> str:
    """Where an error of somebody else's was raised: "file:line".

    Its message may hold a person's data or a password; its type and place do not.
    """
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
