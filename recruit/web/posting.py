"""Messages that a request has posted go out right after its answer."""

from collections.abc import Callable

from flask import Flask, Response, request


def deliver_after_answers(app: Flask, wake: Callable[[], None]) -> None:
    """Call `wake` when the answer to a form has left; how long it takes tells nobody anything."""

    def listen(response: Response) -> Response:
        if request.method == "POST":
            response.call_on_close(wake)
        return response

    app.after_request(listen)
