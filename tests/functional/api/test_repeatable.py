"""The same request under the same Idempotency-Key has the same answer and is done once."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from recruit.actions.following import seeing
from recruit.actions.posting import begin as beginning
from recruit.api import criteria, trials
from recruit.api.examples import WRITTEN
from recruit.api.tables import ANSWER, ANSWERS
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound
from recruit.core.expiring import delete_over
from tests.api_world import OURS, ApiWorld, person

NEW = {"title": "Salt at noon", "language": "en"}


def begin(world: ApiWorld, key: str, who: str = "sponsor", **other: str) -> TestResponse:
    return world[who].send("POST", "/trials", {**NEW, **other}, Idempotency_Key=key)


def test_the_same_again_is_done_once_and_answered_alike(own: ApiWorld) -> None:
    first, second = begin(own, "one"), begin(own, "one")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.data == second.data
    assert first.headers["ETag"] == second.headers["ETag"]
    assert first.headers["Location"] == second.headers["Location"]
    assert len(own["sponsor"].read("/trials")["items"]) == 2


def test_another_request_under_a_known_key_is_refused(own: ApiWorld) -> None:
    begin(own, "one")
    assert begin(own, "one", title="Sugar").status_code == 422
    assert len(own["sponsor"].read("/trials")["items"]) == 2


def test_anothers_key_of_the_same_words_is_another_key(own: ApiWorld) -> None:
    mine, theirs = begin(own, "one"), begin(own, "one", who="colleague")
    assert mine.get_json()["id"] != theirs.get_json()["id"]


def test_one_that_has_no_answer_yet_is_not_begun_twice(own: ApiWorld) -> None:
    begin(own, "one")
    with unit_of_work(own.engine) as session:
        session.execute(update(ANSWER).values(sealed=None))
    assert begin(own, "one").status_code == 409


def test_what_was_refused_may_come_again(own: ApiWorld) -> None:
    refused = begin(own, "one", number="with a space")
    assert refused.status_code == 422
    assert begin(own, "one").status_code == 201


@pytest.mark.parametrize(
    ("who", "path", "body", "reader"),
    [
        ("sponsor", "/trials", NEW, (trials, "posting_of")),
        ("sponsor", "/trials/{trial}/criteria", WRITTEN, (criteria, "posting_of")),
        ("coordinator", "/referrals/{referral}/calls", None, (seeing, "look")),
    ],
    ids=["trial", "criterion", "call"],
)
def test_what_was_done_and_is_gone_is_not_done_again(  # noqa: PLR0913, PLR0917 - one deed
    own: ApiWorld,
    monkeypatch: pytest.MonkeyPatch,
    who: str,
    path: str,
    body: object,
    reader: tuple[object, str],
) -> None:
    path = path.format(trial=own.trial, referral=own.referral)
    sent = {"Idempotency_Key": "one"}
    if path != "/trials":
        sent["If_Match"] = own[who].etag(path.rpartition("/")[0])
    with monkeypatch.context() as gone:
        gone.setattr(*reader, _gone)
        assert own[who].send("POST", path, body, **sent).status_code == 404
    assert own[who].send("POST", path, body, **sent).status_code == 409


def _gone(*_: object, **__: object) -> None:
    raise NotFound(what="", identifier="")


def test_what_broke_off_is_not_begun_again(own: ApiWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(*_: object) -> str:
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr(beginning, "by_words", break_off)
        assert begin(own, "one").status_code == 500
    assert begin(own, "one").status_code == 409


@pytest.mark.parametrize("key", ["", "x" * 201, "with space", "é"])
def test_a_key_that_is_none_is_refused(own: ApiWorld, key: str) -> None:
    assert begin(own, key).status_code == 400


def test_nothing_that_was_answered_is_kept_in_the_clear(own: ApiWorld) -> None:
    own[OURS].send("POST", "/people", [person("canary-member")], Idempotency_Key="one")
    with reading(own.engine) as session:
        kept = session.execute(select(ANSWER)).all()
    assert len(kept) == 1
    assert "canary" not in str(kept)


def test_answers_go_after_a_day(own: ApiWorld) -> None:
    first = begin(own, "one")
    assert delete_over(own.engine, ANSWERS, now() + timedelta(hours=23)) == 0
    assert delete_over(own.engine, ANSWERS, now() + timedelta(hours=25)) == 1
    again = begin(own, "one")
    assert again.status_code == 201
    assert again.get_json()["id"] != first.get_json()["id"]
