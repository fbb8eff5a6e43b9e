"""The page's server, asked as browsers and programs ask."""

import base64
import json
import threading
import time

import pytest

pytest.importorskip("uvicorn", reason="the extra serve is not installed")

from tests.experiments.detecting.serving.served import BINARY, ask, asked, begun, lines, served
from tests.experiments.detecting.serving.spoken import PIXEL


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with served(tmp_path_factory.mktemp("uploads"), silent_seconds=60) as own:
        yield own


@pytest.fixture
def port(server):
    return server[0]


def test_a_file_is_answered_with_progress_and_pictures(server):
    port, _, log = server
    response = ask(port, b"answer this")
    progress, found = lines(response)
    assert response.status == 200
    assert progress == {"type": "Progress", "share": 0.5}
    assert found["finding"]["answer"] == "signs of forgery"
    assert base64.b64decode(found["pictures"]["faces.png"]) == PIXEL
    assert log[-1] == "answered a file of 11 bytes"


def test_the_page_has_its_parts_and_escapes_what_a_ticket_says(port):
    page = ask(port, method="GET", path="/")
    text = page.body.decode()
    assert page.status == 200
    assert "&lt;b&gt;noise&lt;/b&gt;" in text
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    for name, kind in (("page.css", "text/css"), ("page.js", "text/javascript")):
        part = ask(port, method="GET", path=f"/{name}")
        assert part.status == 200
        assert part.headers["Content-Type"].startswith(kind)
        assert part.headers["X-Content-Type-Options"] == "nosniff"
        assert len(part.body) > 1000


@pytest.mark.parametrize(
    ("path", "status"), [("/..%2Fapp.py", 404), ("/look", 405), ("/page.html", 404)]
)
def test_nothing_else_is_there(port, path, status):
    assert ask(port, method="GET", path=path).status == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example:80"}, 403),
        ({"Host": "192.168.0.7"}, 403),
        ({"Host": "localhost"}, 200),
        ({"Host": "[::1]:80"}, 200),
        ({"Host": "localhost", "Origin": "http://localhost"}, 200),
        ({"Host": "localhost", "Origin": "http://localhost:3000"}, 403),
        ({"Host": "localhost", "Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
    ],
)
def test_another_name_or_another_site_is_refused(port, headers, status):
    response = ask(port, b"answer", BINARY | headers)
    assert response.status == status
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_link_on_another_site_opens_the_page(port):
    response = ask(port, headers={"Sec-Fetch-Site": "cross-site"}, method="GET", path="/")
    assert response.status == 200


@pytest.mark.parametrize(
    ("body", "headers", "status", "why"),
    [
        (b"answer", {"Content-Type": "text/plain"}, 415, "media type"),
        (b"answer", {}, 415, "media type"),
        (b"", BINARY, 400, "empty"),
        (b"x" * 10_001, BINARY, 413, "at most 0.01 MB"),
        (b"refuse", BINARY, 422, "too long"),
        (b"fall", BINARY, 500, "convert it"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_a_sentence(port, body, headers, status, why):
    response = ask(port, body, headers)
    assert response.status == status
    assert why in json.loads(response.body)["error"]


def test_an_upload_of_no_stated_length_is_cut_at_the_limit(port):
    piece = b"2711\r\n" + b"x" * 10_001 + b"\r\n"
    with begun(port, "Transfer-Encoding: chunked", body=piece) as connection:
        assert b" 413 " in connection.recv(1000)


def test_damage_that_shows_late_is_the_last_line(port):
    *_, last = lines(ask(port, b"late"))
    assert last == {"type": "Refused", "status": 422, "sentence": "damaged at frame 7"}


def test_too_many_at_once_are_told_to_come_back(tmp_path):
    with served(tmp_path, uploads=1, silent_seconds=60) as (port, _, _):
        with asked(port, b"hang"):
            second = ask(port, b"answer")
            page = ask(port, method="GET", path="/")
        assert second.status == 503
        assert second.headers["Retry-After"]
        assert "too many" in json.loads(second.body)["error"]
        assert page.status == 200


def test_a_slow_upload_ends(tmp_path):
    with (
        served(tmp_path, upload_seconds=0.2) as (port, _, _),
        begun(port, "Content-Length: 100") as connection,
    ):
        assert b" 408 " in connection.recv(1000)


def test_a_stuck_decoder_is_ended_and_the_next_file_is_answered(tmp_path):
    with served(tmp_path, silent_seconds=3) as (port, looker, _):
        progress, refused = lines(ask(port, b"hang"))
        assert progress["share"] == 0.5
        assert refused["type"] == "Refused"
        assert "convert it" in refused["sentence"]
        looker.silent_seconds = 600
        assert lines(ask(port, b"answer"))[-1]["type"] == "Found"


def test_who_leaves_ends_the_work_and_leaves_nothing(tmp_path):
    with served(tmp_path, silent_seconds=600) as (port, looker, _):
        with asked(port, b"hang") as response:
            assert response.readline()
            assert len(list(tmp_path.iterdir())) == 1
        wait_until(lambda: not list(tmp_path.iterdir()))
        assert looker.ended
        assert lines(ask(port, b"answer"))[-1]["type"] == "Found"


def test_who_leaves_while_sending_leaves_nothing(tmp_path):
    with served(tmp_path) as (port, looker, _):
        with begun(port, "Content-Length: 100"):
            wait_until(lambda: list(tmp_path.iterdir()))
        wait_until(lambda: not list(tmp_path.iterdir()))
        assert not looker.ended


def test_files_wait_for_their_turn(port):
    answers = []

    def one():
        answers.append(lines(ask(port, b"answer"))[-1]["type"])

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["Found", "Found"]


def wait_until(true):
    for _ in range(600):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come true")
