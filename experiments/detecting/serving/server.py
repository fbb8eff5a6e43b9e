"""The server: a socket, a warning where others can reach it, an end on a signal."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import Callable, Iterator
from signal import SIGINT, SIGTERM

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from experiments.detecting.serving.app import make_app
from experiments.detecting.serving.guard import is_loopback
from experiments.detecting.serving.limits import Limits
from experiments.detecting.serving.process import Looker

WORKER = (sys.executable, "-m", "experiments.detecting.serving.worker")
CONNECTIONS = 64
REQUEST_SECONDS = 10
"""Within which a connection must have asked for something."""
ENDING_SECONDS = 1
"""That answers under way are waited for at the end."""


def serve(options: bytes, host: str, port: int, limits: Limits, say: Callable[[str], None]) -> None:
    """Serve the page until SIGINT or SIGTERM.

    Args:
        options: of the command, as the worker reads them.
        host: a name or an address to listen at.
        port: 0 for any that is free.
        limits: of uploads.
        say: writes a line for the person at the terminal.

    Raises:
        OSError: the host or port cannot be had; says what to do.
        ValueError: the ticket or an option is not right; says what.
    """
    asyncio.run(_serve(Looker(WORKER, options, limits.silent_seconds), host, port, limits, say))


async def _serve(
    looker: Looker, host: str, port: int, limits: Limits, say: Callable[[str], None]
) -> None:
    servers: list[uvicorn.Server] = []

    def end() -> None:
        looker.close()
        for server in servers:
            server.should_exit = True

    for number in (SIGINT, SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, end)
    with bound(host, port) as listening:
        try:
            await looker.begin()
            servers.append(make_server(make_app(looker, limits, host, say)))
            _greet(host, listening.getsockname()[1], say)
            await servers[0].serve([listening])
        except ValueError:
            if not looker.closed:
                raise
        finally:
            await looker.end()
    say("ended")


def _greet(host: str, port: int, say: Callable[[str], None]) -> None:
    if not is_loopback(host):
        say(
            f"WARNING: --host={host} lets other machines reach this page. It asks nobody who they "
            "are, and all that is sent, pictures too, goes unencrypted."
        )
    shown = f"[{host}]" if ":" in host else host
    say(f"The page is at http://{shown}:{port}/ and ends with Ctrl-C.")


def bound(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Raises:
        OSError: there is no such host, or the port is taken; says what to do.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family)  # pyright: ignore[reportArgumentType]
    except OSError as error:
        why = str(error.strerror).partition(" (")[0]
        raise OSError(
            f"the page cannot be at --host={host} --port={port} ({why}): give an address of this "
            "machine, and --port=0 for any port that is free"
        ) from None


def make_server(app: Starlette) -> uvicorn.Server:
    """Return a server that logs errors of its own only, and never what it was asked for."""
    return _Server(
        uvicorn.Config(
            app, http=_Protocol, ws="none", lifespan="off", log_level="error", access_log=False,
            server_header=False, proxy_headers=False, limit_concurrency=CONNECTIONS,
            timeout_graceful_shutdown=ENDING_SECONDS,
        )
    )  # fmt: skip


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone: uvicorn would raise them again at the end."""
        yield


class _Protocol(H11Protocol):
    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        super().connection_made(transport)
        # uvicorn waits for a first request for ever.
        self.loop.call_later(REQUEST_SECONDS, self._close_unused)

    def _close_unused(self) -> None:
        if self.cycle is None:
            self.transport.close()
