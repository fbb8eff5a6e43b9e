"""The page, served in a thread by what `spoken` says."""

import asyncio
import contextlib
import http.client
import json
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from http.client import HTTPMessage
from pathlib import Path
from typing import Any, NamedTuple

from experiments.detecting.serving.app import make_app
from experiments.detecting.serving.limits import Limits
from experiments.detecting.serving.process import Looker
from experiments.detecting.serving.server import bound, make_server

SPOKEN = (sys.executable, "-m", "tests.experiments.detecting.serving.spoken")
BINARY = {"Content-Type": "application/octet-stream"}


@contextlib.contextmanager
def served(folder: Path, **limits: float) -> Iterator[tuple[int, Looker, list[str]]]:
    """Yield the port, the process and the log of a server; uploads go below `folder`."""
    bounds = Limits(**{"uploads": 2, "file_bytes": 10_000} | limits)  # pyright: ignore[reportArgumentType]
    looker = Looker(SPOKEN, b"begin", bounds.silent_seconds)
    ready = threading.Event()
    servers, log = [], []

    async def run() -> None:
        with bound("127.0.0.1", 0) as listening:
            await looker.begin()
            server = make_server(make_app(looker, bounds, "127.0.0.1", log.append))
            servers.append((server, listening.getsockname()[1]))
            ready.set()
            await server.serve([listening])
            await looker.end()

    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    try:
        assert ready.wait(60)
        yield servers[0][1], looker, log
    finally:
        for server, _ in servers:
            server.should_exit = True
        thread.join(60)
        tempfile.tempdir = before
    assert not thread.is_alive()
    assert list(folder.iterdir()) == []


class Answer(NamedTuple):
    """A whole answer."""

    status: int
    headers: HTTPMessage
    body: bytes


@contextlib.contextmanager
def asked(
    port: int, body: bytes = b"", headers: Mapping[str, str] = BINARY, method: str = "POST",
    path: str = "/look",
) -> Iterator[http.client.HTTPResponse]:  # fmt: skip
    """Yield an answer, not yet read."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body or None, dict(headers))
    with contextlib.closing(connection), connection.getresponse() as response:
        yield response


def ask(port: int, body: bytes = b"", headers: Mapping[str, str] = BINARY, **how: str) -> Answer:
    """Return an answer."""
    with asked(port, body, headers, **how) as response:
        return Answer(response.status, response.headers, response.read())


def lines(answer: Answer) -> list[dict[str, Any]]:
    """Return what its lines say."""
    return [json.loads(line) for line in answer.body.splitlines()]


@contextlib.contextmanager
def begun(port: int, *more: str, body: bytes = b"x") -> Iterator[socket.socket]:
    """Yield a connection on which an upload has begun, with more lines in its head."""
    head = ["POST /look HTTP/1.1", "Host: localhost", "Content-Type: image/png", *more, "", ""]
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall("\r\n".join(head).encode() + body)
        yield connection
