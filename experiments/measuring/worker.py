"""An arm as the process that measures it: starts it, asks it, ends it."""

import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

ARM = Path(__file__).with_name("arm.py")
PATIENCE = 300.0
"""Seconds that an answer may take: a first call compiles, or times its kernels."""
OUR_OWN = (sys.executable, "-m", "experiments.measuring.arm")


class ArmFailed(RuntimeError):
    """The process of an arm ended, or does not answer; says its last words."""


class Worker:
    """The process of an arm, loaded and warm. Use it in a `with`.

    Attributes:
        started: what it said of its start: seconds, memory, version.
        shares: by batch size, how many processors it had during each turn, on average.
    """

    def __init__(
        self,
        job: Mapping[str, Any],
        command: Sequence[str] = OUR_OWN,
        environment: Mapping[str, str] | None = None,
    ):
        """Start it.

        Args:
            job: `engine`, `precision`, `network` and `pictures` (paths), `batches`, `threads`,
                `cores` (their numbers; nothing on a GPU), `image_size`.
            command: what is run.
            environment: variables beside this process's own.

        Raises:
            ArmFailed: it cannot load its network.
        """
        self.shares: dict[int, list[float]] = {}
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors,
            env={**os.environ, **_threads(job["threads"]), **(environment or {})},
        )  # fmt: skip
        try:
            self.started = self._ask(job)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Worker":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.close()

    def answers(self, batch: int) -> np.ndarray:
        """Return the logits of all pictures, float32 [N, C], computed so many at a time."""
        return np.array(self._ask({"do": "answer", "batch": batch})["logits"], np.float32)

    def time(self, batch: int, seconds: float) -> list[float]:
        """Return the seconds of calls with a batch, at least three and about so long in all."""
        found = self._ask({"do": "time", "batch": batch, "seconds": seconds})
        self.shares.setdefault(batch, []).append(found["share"])
        return found["seconds"]

    def peak_memory(self) -> int:
        """Return the most bytes that were resident."""
        return self._ask({"do": "memory"})["memory_peak"]

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._errors):
            with suppress(BrokenPipeError):  # of what it did not read any more
                if pipe is not None:
                    pipe.close()

    def _ask(self, line: Mapping[str, Any]) -> dict[str, Any]:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            stdin.write(json.dumps(line).encode() + b"\n")
            stdin.flush()
        except BrokenPipeError:
            raise ArmFailed(self._last_words()) from None
        if not select.select([stdout], [], [], PATIENCE)[0]:
            raise ArmFailed(f"no answer in {PATIENCE:.0f} seconds")
        answer = stdout.readline()
        if not answer:
            raise ArmFailed(self._last_words())
        return json.loads(answer)

    def _last_words(self) -> str:
        code = self._process.wait()
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1][:300] if lines else f"its process ended with status {code}"


def _threads(threads: int) -> dict[str, str]:
    """Return the variables by which libraries are told how many threads they have."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NM_NUM_THREADS")
    return {name: str(threads) for name in names}
