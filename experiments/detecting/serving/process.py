"""The process that looks at files: begun, asked, and ended where it hangs.

Decoders of pictures and videos are large and written in C: in a process of its own one that hangs
or falls takes neither the page nor another answer with it.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncGenerator, Sequence

import msgspec

from experiments.detecting.serving.messages import (
    About,
    Found,
    Job,
    Message,
    Progress,
    Refused,
    Unable,
)

BEGIN_SECONDS = 600
"""That it may take to load what it looks with."""
LINE = 64 << 20
"""Bytes that a message may have: a long video has many looks."""
_MESSAGE = msgspec.json.Decoder(Message)


class Looker:
    """A process that looks at one file at a time.

    Attributes:
        about: what it said of itself when it began.
        silent_seconds: after which it is taken for stuck.
        closed: whether no other begins where it ended.
    """

    about: About

    def __init__(self, command: Sequence[str], options: bytes, silent_seconds: float):
        """Say how it is begun.

        Args:
            command: that begins it.
            options: the first line that it is given, without its end.
            silent_seconds: the attribute.
        """
        self._command, self._options = command, options
        self.silent_seconds = silent_seconds
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self.closed = False

    @property
    def ended(self) -> bool:
        """Whether there is no such process now."""
        return self._process is None or self._process.returncode is not None

    async def begin(self) -> None:
        """Begin the process and wait until it can answer.

        Raises:
            ValueError: it cannot; says why.
        """
        # In a session of its own, so that Ctrl-C is ours to handle, and it ends with its children.
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            limit=LINE, start_new_session=True,
        )  # fmt: skip
        said = await self._ask(self._options, BEGIN_SECONDS)
        if not isinstance(said, About):
            await self.end()
            raise ValueError(
                said.sentence if isinstance(said, Unable) else "what looks at files does not start"
            )
        self.about = said

    async def look(self, job: Job) -> AsyncGenerator[Progress | Refused | Found]:
        """Yield how far it is with a file, and last its answer; files wait for their turn.

        What is not read to its end ends the process: there is no other way to stop it. A new one
        begins with the next file.
        """
        line = msgspec.json.encode(job)
        async with self._turn:
            finished = False
            try:
                if self.ended and not self.closed:
                    await self.begin()
                said = None if self.closed else await self._ask(line, self.silent_seconds)
                while isinstance(said, Progress):
                    yield said
                    said = await self._hear(self.silent_seconds)
                if isinstance(said, Refused | Found):
                    finished = True
                    yield said
                else:
                    yield CLOSED if self.closed else STUCK
            except ValueError as error:
                yield Refused(500, str(error))
            finally:
                if not finished:
                    await self.end()

    async def end(self) -> None:
        """End the process, and what it began."""
        process, self._process = self._process, None
        if process is not None:
            _kill(process)
            await process.wait()

    def close(self) -> None:
        """Begin no other, and end this one: files that it still has are answered by that."""
        self.closed = True
        if self._process is not None:
            _kill(self._process)

    async def _ask(self, line: bytes, seconds: float) -> Message | None:
        if self._process is None or self._process.stdin is None:
            return None
        with contextlib.suppress(ConnectionError):
            self._process.stdin.write(line + b"\n")
            await self._process.stdin.drain()
        return await self._hear(seconds)

    async def _hear(self, seconds: float) -> Message | None:
        """Return the next message; None where the process fell, is stuck or speaks otherwise."""
        if self._process is None or self._process.stdout is None:
            return None
        try:
            async with asyncio.timeout(seconds):
                return _MESSAGE.decode(await self._process.stdout.readline())
        except (TimeoutError, ValueError, msgspec.DecodeError):
            return None


def _kill(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


STUCK = Refused(
    500,
    "the file could not be looked at: its decoder hung or broke down. If it plays elsewhere, "
    "convert it (to MP4 with H.264, or to PNG) and try that",
)
CLOSED = Refused(503, "the program was ended")
