"""The body of a request as a file, within bounds."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.exceptions import HTTPException

from experiments.detecting.serving.limits import Limits


async def save(body: AsyncIterator[bytes], length: str | None, path: Path, limits: Limits) -> int:
    """Save a body as it comes, and return how many bytes it had.

    Args:
        body: in pieces.
        length: how many bytes were announced; None where nothing was.
        path: where it goes.
        limits: that it must keep.

    Raises:
        HTTPException: 400 for an empty body, 408 for a slow one, 413 for a large one.
        starlette.requests.ClientDisconnect: it was broken off.
    """
    if length is not None and length.isdecimal() and int(length) > limits.file_bytes:
        raise _too_large(limits)
    size = 0
    try:
        async with asyncio.timeout(limits.upload_seconds):
            with path.open("wb") as file:
                async for piece in body:
                    size += len(piece)
                    if size > limits.file_bytes:
                        raise _too_large(limits)
                    file.write(piece)
    except TimeoutError:
        said = f"the file did not arrive within {limits.upload_seconds:g} seconds"
        raise HTTPException(408, said) from None
    if not size:
        raise HTTPException(400, "the file is empty")
    return size


def _too_large(limits: Limits) -> HTTPException:
    said = f"the file is too large: at most {limits.file_bytes / 1e6:g} MB are taken"
    return HTTPException(413, said)
