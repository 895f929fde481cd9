"""The page of a link that asks for its code: the same way, whatever the two prove together."""

from dataclasses import dataclass
from typing import Final

from flask import redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from recruit.core import clock
from recruit.core.db import reading
from recruit.core.i18n import N_
from recruit.people import codes
from recruit.people.codes import Pending, Problem, Purpose
from recruit.people.contact_points import masked
from recruit.people.vault import Item
from recruit.web.language import say
from recruit.web.service import service
from recruit.web.typed import again, typed

SENT: Final = "code_sent_again"
PROBLEMS: Final = {
    Problem.WRONG: N_("This code is not right. Please look at the newest message we sent you."),
    Problem.EXPIRED: N_("This code is older than 10 minutes. Please ask for a new one."),
    Problem.TOO_MANY: N_("There were too many wrong codes. Please ask for a new one."),
}
NO_MORE: Final = N_("We cannot send more codes for this link. Please start again.")
GONE: Final = {Problem.EXPIRED: 410, Problem.USED: 410}


@dataclass(frozen=True, slots=True)
class CodePage:
    """One purpose's page, at `endpoint`; a POST there proves, a POST to …/new sends a new code.

    `closed` is shown for a link that stands for nothing any more. It `tells_why` where whoever has
    the link may know; elsewhere used, too old and never made are one page and one status.
    `fields` are asked for beside the code.
    """

    purpose: Purpose
    endpoint: str
    template: str
    closed: str
    tells_why: bool = False
    no_more: str = NO_MORE
    fields: tuple[str, ...] = ()

    def look(self, token: str) -> Pending | Problem:
        """What the link stands for."""
        with reading(service().engine) as database:
            keyring = service().secrets.vault
            return codes.look(database, keyring, self.purpose, token, clock.now())

    def link(self, token: str) -> str:
        """The address that a message leads to."""
        return service().settings.base_url + url_for(self.endpoint, token=token)

    def ask(self, token: str, person: str | None = None) -> ResponseReturnValue:
        """The page as the link opens it, which tells nothing about anybody.

        A link of one's own pages opens for its `person` alone.
        """
        found = self.look(token)
        if isinstance(found, Problem):
            return self.over(found)
        if person and found.payload["person"] != person:
            return self.over()
        return self._page(token, {}, sent_again=bool(session.pop(SENT, False)))

    def ask_again(self, token: str, field: str, problem: str) -> ResponseReturnValue:
        """The page with what is wrong about a field."""
        return self._page(token, {field: say(problem)}), 422

    def refuse(self, token: str, problem: Problem) -> ResponseReturnValue:
        """After a code that did not do: the page once more, or that the link is over by now."""
        if problem in PROBLEMS:
            return self.ask_again(token, "code", PROBLEMS[problem])
        return self.over(problem)

    def renewed(self, token: str, problem: Problem | None) -> ResponseReturnValue:
        """After a new code was sent, or was not."""
        if problem is Problem.TOO_MANY:
            return self.ask_again(token, "code", self.no_more)
        if problem:
            return self.over(problem)
        session[SENT] = True
        return redirect(url_for(self.endpoint, token=token))

    def over(self, problem: Problem = Problem.UNKNOWN) -> ResponseReturnValue:
        """A link that was used, is too old, was cut short, or was made for something else."""
        why = problem if self.tells_why else Problem.UNKNOWN
        return render_template(self.closed, problem=why.value), GONE.get(why, 404)

    def _page(self, token: str, problems: dict[str, str], *, sent_again: bool = False) -> str:
        found = self.look(token)
        return render_template(
            self.template,
            here=url_for(self.endpoint, token=token),
            written={field: again(typed(field)) for field in self.fields},
            problems=problems,
            sent_again=sent_again,
            sent_to=_sent_to(found) if isinstance(found, Pending) else None,
        )


def _sent_to(pending: Pending) -> tuple[str, str] | None:
    """By which item, and to which address by its ends, the code went to who answered a message.

    They came here from that message, not from the one with the code. Who asked for a link by an
    address of their own is told nothing about it.
    """
    payload = pending.payload
    if "invited" not in payload:
        return None
    item = Item(payload["item"])
    return item.value, masked(item, payload["where"])
