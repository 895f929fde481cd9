"""A posting by upload: what a file holds, and what no file may do."""

import io
import json
import zipfile

import pytest
import responses
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from recruit.core.db import reading
from recruit.trials.posting import store
from recruit.trials.posting.content import Standing
from recruit.trials.posting.store import Posting
from recruit.trials.sources.uploads import LARGEST_UPLOAD
from tests.unit.trials.samples import ctgov, ctis_now
from tests.web_world import SPONSOR, World, csrf

NEW = "/sponsor/trials/new"
CTML = """
protocol_no: 26-001
nct_id: NCT90000007
long_title: A trial of rules
treatment_list:
  step:
    - step_code: "1"
      arm:
        - arm_code: A
          arm_suspended: N
          match:
            - and:
                - clinical:
                    age_numerical: ">=18"
                - clinical:
                    gender: Female
"""


@pytest.fixture
def sponsor(fresh: World) -> FlaskClient:
    """A sponsor's browser."""
    return fresh.enter(SPONSOR)


def upload(client: FlaskClient, name: str, data: bytes) -> TestResponse:
    """Send a file as a browser does."""
    line = b"--border\r\nContent-Disposition: form-data; "
    parts = [
        line + b'name="csrf_token"\r\n\r\n' + csrf(client, NEW).encode(),
        line + b'name="way"\r\n\r\nupload',
        line + f'name="file"; filename="{name}"\r\n\r\n'.encode() + data,
        b"--border--\r\n",
    ]
    return client.post(
        NEW,
        input_stream=io.BytesIO(b"\r\n".join(parts)),
        content_length=len(b"\r\n".join(parts)),
        content_type="multipart/form-data; boundary=border",
    )


def postings(world: World) -> list[Posting]:
    """All that there are."""
    with reading(world.engine) as session:
        return [store.get(session, each.id, None) for each in store.of(session, None)]


@pytest.mark.parametrize("record", [ctgov("NCT90000005"), ctis_now()], ids=["ctgov", "ctis"])
def test_a_registrys_json_becomes_a_draft(
    fresh: World, sponsor: FlaskClient, record: dict[str, object]
) -> None:
    answer = upload(sponsor, "study.json", json.dumps(record).encode())
    (found,) = postings(fresh)
    assert answer.location == f"/sponsor/trials/{found.id}"
    assert found.content.criteria
    assert sponsor.get(answer.location).status_code == 200


def test_rules_of_a_file_are_those_that_somebody_wrote(fresh: World, sponsor: FlaskClient) -> None:
    assert upload(sponsor, "trial.yaml", CTML.encode()).status_code == 302
    (found,) = postings(fresh)
    assert found.heading.trial == "NCT90000007"
    assert {each.standing for each in found.content.criteria} == {Standing.CORRECTED}


def test_what_goes_out_as_ctml_comes_in_again(fresh: World, sponsor: FlaskClient) -> None:
    upload(sponsor, "trial.yaml", CTML.encode())
    (found,) = postings(fresh)
    answer = sponsor.get(f"/sponsor/trials/{found.id}/ctml")
    assert answer.headers["Content-Disposition"] == f"attachment; filename={found.id}.yaml"
    other = answer.text.replace("NCT90000007", "NCT90000008")
    assert upload(sponsor, "again.yaml", other.encode()).status_code == 302
    again = next(each for each in postings(fresh) if each.heading.trial == "NCT90000008")
    rules = [each.criterion.rule for each in again.content.criteria]
    assert rules == [each.criterion.rule for each in found.content.criteria]


def test_a_number_that_was_posted_leads_to_it(fresh: World, sponsor: FlaskClient) -> None:
    upload(sponsor, "trial.yaml", CTML.encode())
    answer = upload(sponsor, "trial.yaml", CTML.encode())
    assert answer.status_code == 409
    assert f"/sponsor/trials/{postings(fresh)[0].id}" in answer.text
    assert len(postings(fresh)) == 1


def zipped(data: bytes) -> bytes:
    """The data in an archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("trial.json", data)
    return packed.getvalue()


@responses.activate
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.json", b""),
        ("words.txt", b"\xff\xfe no text"),
        ("half.json", b'{"protocolSection": {'),
        ("two.json", json.dumps([ctgov("NCT90000005"), ctgov("NCT90000006")]).encode()),
        ("tagged.yaml", b"protocol_no: !!python/object/apply:os.system ['true']\n"),
        ("anchored.yaml", b"protocol_no: &a [x]\nlong_title: *a\n"),
        ("{{7*7}}<script>.json", b"{"),
        ("picture.png", b"\x89PNG\r\n\x1a\n"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_none_is_refused_with_a_sentence(
    fresh: World, sponsor: FlaskClient, name: str, data: bytes
) -> None:
    is_refused(upload(sponsor, name, data), fresh)


def is_refused(answer: TestResponse, world: World) -> None:
    assert answer.status_code == 422
    assert 'href="#file"' in answer.text
    assert "<script>." not in answer.text
    assert postings(world) == []


def test_an_archive_that_holds_far_more_than_it_weighs_is_refused_with_a_sentence(
    fresh: World, sponsor: FlaskClient
) -> None:
    is_refused(upload(sponsor, "bomb.zip", zipped(b"0" * 300_000_000)), fresh)


def test_no_file_is_said(sponsor: FlaskClient) -> None:
    answer = upload(sponsor, "", b"")
    assert (answer.status_code, "Please choose a file." in answer.text) == (422, True)


@pytest.mark.parametrize("more", [1, 1 << 20])
def test_a_file_that_is_too_large_is_refused_with_a_sentence(
    fresh: World, sponsor: FlaskClient, more: int
) -> None:
    answer = upload(sponsor, "large.json", b" " * (LARGEST_UPLOAD + more))
    assert answer.status_code in {413, 422}
    assert "larger than 20 MB" in answer.text
    assert 'href="#file"' in answer.text
    assert postings(fresh) == []
