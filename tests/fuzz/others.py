"""Readers of scores, and of what a browser sends to the local page."""

import asyncio
import json
import tempfile
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from experiments.auditing.examples import gather
from experiments.auditing.reading import read_table
from experiments.detecting.serving.app import make_app
from experiments.detecting.serving.limits import Limits
from experiments.detecting.serving.messages import About, Job, Message
from experiments.detecting.serving.worker import answer, within
from tests.experiments.detecting.drawn import FAKE, draw, save, scoring
from tests.fuzz.preparation import alone, pictures, videos
from tests.fuzz.reader import Reader

SCORES = (
    "model,video,label,score\nours,a,real,0.10\nours,b,fake,0.55\ntheirs,a,real,0.4\n"
    "theirs,b,fake,0.66\n",
    "path;label;score;method;compression;group;split\nv/1.png;1;0,5;Swap;c23;g;test\n"
    "w/1.png;0;0,25;real;c23;h;test\n",
)
HEAD = [["host", "localhost"], ["content-type", "image/png"], ["content-length", "3"]]


class OwnLooker:
    """Looks at files as the page's process does, but in this one."""

    about = About(facts=[], notices=[], maps=False)

    def __init__(self) -> None:
        self._scoring = within(scoring(), Limits())

    async def look(self, job: Job) -> AsyncGenerator[Message]:
        said: list[Message] = []
        answer(job, self._scoring, said.append)
        for message in said:
            yield message


class BrokeDown(Exception):
    """The page answered otherwise than it may."""


def _read_scores(path: Path) -> None:
    gather([read_table(path, {})], "models", video_folders=False)


def _upload(folder: Path) -> tuple[Path, list[bytes]]:
    path = save(folder / "a.png", draw([((4, 8, 12, 12), FAKE)]))  # pyright: ignore[reportArgumentType]
    return path, [path.read_bytes(), *pictures()[:6], *videos()[:2]]


def _send(path: Path) -> None:
    head = {"method": "POST", "path": "/look", "headers": HEAD[:2]}
    _ask(path.parent, head, path.read_bytes())


def _send_head(path: Path) -> None:
    try:
        head = json.loads(path.read_bytes())
        headers = [(str(name), str(value)) for name, value in head["headers"]]
        asked = {"method": str(head["method"]), "path": str(head["path"]), "headers": headers}
    except (ValueError, TypeError, KeyError, RecursionError):
        return  # it is our form of a request that is broken
    _ask(path.parent, asked, str(head.get("body", "")).encode("utf-8", "replace"))


def _ask(folder: Path, head: dict[str, Any], body: bytes) -> None:
    """Send a request, whose uploads go to a folder, and look whether the answer may be.

    Raises:
        BrokeDown: it has no status, or one that says that the page is broken.
    """
    statuses: list[int] = []
    pieces = [body[:1000], body[1000:]]

    async def receive() -> dict[str, Any]:
        if pieces:
            return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}
        await asyncio.sleep(3600)
        raise AssertionError("nobody waits so long")

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    headers = [(name.lower().encode("latin-1", "replace"), value.encode("latin-1", "replace"))
               for name, value in head["headers"]]  # fmt: skip
    scope = {
        "type": "http", "http_version": "1.1", "scheme": "http", "query_string": b"",
        "method": head["method"], "path": head["path"], "headers": headers,
        "server": ("localhost", 80), "client": ("127.0.0.1", 1), "root_path": "",
    }  # fmt: skip
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        app = make_app(OwnLooker(), Limits(uploads=1), "localhost")  # pyright: ignore[reportArgumentType]
        asyncio.run(app(scope, receive, send))
    finally:
        tempfile.tempdir = before
    left = [path.name for path in folder.iterdir() if path.name.startswith("jaxticket-")]
    if left or not statuses or statuses[0] >= 500:
        raise BrokeDown(f"answered {statuses}, left {left}")


_REQUEST = {"method": "POST", "path": "/look", "headers": HEAD, "body": "abc"}
_PAGE = {"method": "GET", "path": "/", "headers": HEAD[:1]}

READERS = {
    "scores": Reader(alone("scores.csv", *SCORES), _read_scores, (ValueError, OSError), "table"),
    "upload": Reader(_upload, _send, (), "picture", 8, needs="starlette"),
    "upload's head": Reader(
        alone("head.json", _REQUEST, _PAGE), _send_head, (), "json", 8, needs="starlette"
    ),
}
