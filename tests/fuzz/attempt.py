"""One reader and one input: was it read, refused in words, or is something wrong?"""

import base64
import resource
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.guard import Guard
from tests.fuzz.mutation import FORMS
from tests.fuzz.reader import Reader

MOST_MEMORY = 1 << 30
"""Bytes by which an input may raise the most that the process ever took."""
_GUARDS: list[Guard] = []
_ROOT = Path(__file__).parents[2]


@dataclass
class Tried:
    """What came of inputs.

    Attributes:
        read, refused: how many were.
        failures: what went wrong and where -> the first input, and how many.
    """

    read: int = 0
    refused: int = 0
    failures: dict[str, tuple[bytes, int]] = field(default_factory=dict)

    @property
    def inputs(self) -> int:
        """How many were tried."""
        return self.read + self.refused + self.failed

    @property
    def failed(self) -> int:
        """How many went wrong."""
        return sum(count for _, count in self.failures.values())

    def add(self, said: str, content: bytes) -> None:
        """Count what came of one: `read`, `refused`, or what went wrong."""
        if said == "read":
            self.read += 1
        elif said == "refused":
            self.refused += 1
        else:
            first, count = self.failures.get(said, (content, 0))
            self.failures[said] = (first, count + 1)

    def taken(self) -> tuple[int, int, dict[str, tuple[str, int]]]:
        """Return all as JSON keeps it, inputs in base 64, and begin anew."""
        failures = {
            said: (base64.b64encode(first).decode(), count)
            for said, (first, count) in self.failures.items()
        }
        found = self.read, self.refused, failures
        self.read, self.refused, self.failures = 0, 0, {}
        return found

    def put(self, read: int, refused: int, failures: Mapping[str, tuple[str, int]]) -> None:
        """Add what was taken of another."""
        self.read += read
        self.refused += refused
        for said, (content, count) in failures.items():
            first, before = self.failures.get(said, (base64.b64decode(content), 0))
            self.failures[said] = (first, before + count)


def try_inputs(
    reader: Reader, folder: Path, inputs: int, number: int, then: Callable[[Tried], None] = id
) -> tuple[Tried, Callable]:
    """Prepare a test of a reader; returns the counts that it fills, and the test.

    Args:
        reader: that is tried.
        folder: empty; the reader may read and write here.
        inputs: how many.
        number: the same number is the same inputs.
        then: called after each input with the counts so far.

    Raises:
        Exception: the whole file is not read.
    """
    path, whole = reader.make(folder)
    path.write_bytes(whole[0])
    reader.read(path)
    tried = Tried()

    @seed(number)
    @settings(max_examples=inputs, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(FORMS[reader.form](whole))
    def test(content: bytes) -> None:
        path.write_bytes(content)
        tried.add(outcome(reader, path, folder), content)
        then(tried)

    return tried, test


def outcome(reader: Reader, path: Path, folder: Path) -> str:
    """Return `read`, `refused`, or what is wrong with how a reader takes a file."""
    if not _GUARDS:
        _GUARDS.append(Guard())
    before = _memory()
    try:
        with _GUARDS[0].watching(folder, child=reader.child):
            reader.read(path)
        said = "read"
    except reader.answers as error:
        said = "refused" if str(error) else f"{type(error).__name__} says nothing"
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        said = _where(error)
    taken = _memory() - before
    return said if taken < MOST_MEMORY else f"took {taken >> 20} MiB more than any before"


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


def _where(error: BaseException) -> str:
    """Return kind, sentence and the last place in the project's own files."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [
        f"{Path(frame.filename).relative_to(_ROOT)}:{frame.lineno}"
        for frame in frames
        if frame.filename.startswith(str(_ROOT)) and "/tests/" not in frame.filename
    ]
    return f"{type(error).__name__} at {own[-1] if own else 'no place of ours'}: {error!s:.120}"
