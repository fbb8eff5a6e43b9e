"""The page and its one question: what is in this file?"""

import asyncio
import contextlib
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from importlib.resources import files
from pathlib import Path

import jinja2
import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from experiments.detecting.serving.guard import Guard
from experiments.detecting.serving.limits import Limits
from experiments.detecting.serving.messages import Job, Refused
from experiments.detecting.serving.process import Looker
from experiments.detecting.serving.upload import save

_PAGE = files("experiments.detecting.serving") / "page"
_TYPES = {"page.css": "text/css", "page.js": "text/javascript"}
BINARY = "application/octet-stream"


def make_app(
    looker: Looker, limits: Limits, host: str, log: Callable[[str], None] = lambda line: None
) -> Starlette:
    """Return the app.

    Args:
        looker: answers files; has begun.
        limits: of uploads.
        host: that the server listens at.
        log: takes a line for each answer.
    """

    async def page(request: Request) -> Response:
        return Response(html, media_type="text/html")

    async def part(request: Request) -> Response:
        name = request.url.path.removeprefix("/")
        return Response((_PAGE / name).read_bytes(), media_type=_TYPES[name])

    html = _html(looker, limits)
    return Starlette(
        routes=[
            Route("/", page),
            *[Route(f"/{name}", part) for name in _TYPES],
            Route("/look", _Look(looker, limits, log), methods=["POST"]),
        ],
        middleware=[Middleware(Guard, host=host)],
        exception_handlers={HTTPException: _refuse},
    )


class _Look:
    """Answers a file with lines of JSON: how far it is, and last what was found."""

    def __init__(self, looker: Looker, limits: Limits, log: Callable[[str], None]):
        self._looker, self._limits, self._log = looker, limits, log
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        # Also: a form of another site cannot send these.
        if kind != BINARY and not kind.startswith(("image/", "video/")):
            raise HTTPException(415, "send a picture or a video as it is, with its media type")
        with self._place(), tempfile.TemporaryDirectory(prefix="jaxticket-") as folder:
            path = Path(folder) / "upload"
            length = request.headers.get("content-length")
            try:
                size = await save(request.stream(), length, path, self._limits)
            except ClientDisconnect:
                return
            except asyncio.CancelledError:
                raise HTTPException(503, "the program was ended") from None
            await _unless(self._answer(Job(str(path)), size, send), _left(receive))

    @contextlib.contextmanager
    def _place(self) -> Iterator[None]:
        if self._under_way >= self._limits.uploads:
            said = "too many files at once: try again when the others are answered"
            raise HTTPException(503, said, {"Retry-After": "10"})
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

    async def _answer(self, job: Job, size: int, send: Send) -> None:
        began = False
        async with contextlib.aclosing(self._looker.look(job)) as messages:
            async for message in messages:
                if isinstance(message, Refused) and not began:
                    raise HTTPException(message.status, message.sentence)
                if not began:
                    headers = [(b"content-type", b"application/x-ndjson")]
                    await send({"type": "http.response.start", "status": 200, "headers": headers})
                    began = True
                line = msgspec.json.encode(message) + b"\n"
                await send({"type": "http.response.body", "body": line, "more_body": True})
        self._log(f"answered a file of {size:,} bytes")
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _unless(work: Coroutine, end: Coroutine) -> None:
    """Do work, and stop it where another thing comes to its end first."""
    tasks = [asyncio.create_task(work), asyncio.create_task(end)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    if not tasks[0].cancelled():
        tasks[0].result()


async def _left(receive: Receive) -> None:
    """Return when the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    # What was not read of an upload is not read any more.
    headers = {"Connection": "close", **(error.headers or {})}
    return JSONResponse({"error": error.detail}, error.status_code, headers)


def _html(looker: Looker, limits: Limits) -> str:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined,
                                     trim_blocks=True, lstrip_blocks=True)  # fmt: skip
    template = environment.from_string((_PAGE / "page.html").read_text())
    return template.render(about=looker.about, limits=limits)
