"""A fresh process that trains on noise, to learn what its start, its memory and its cores give.

`python -m experiments.measuring.speed.process JOB` takes a job as JSON: `engine` (ours or
torch), `model`, `image_size`, `batch_size`, `sparsity`, and `cores` (their numbers; null for all).
It answers on standard output in lines of JSON: first what its start took, then, for each line with
a number of seconds on standard input, the steps that it did in about this time.
"""

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

STEPS = 3
"""Before memory is read: the second and third find the first's buffers."""


class Process:
    """Such a process, from the other side. Use it in a `with`."""

    def __init__(self, job: Mapping[str, Any], environment: Mapping[str, str] | None = None):
        """Start it; `started` waits for its first answer.

        Args:
            job: what it does.
            environment: variables beside this process's own.
        """
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            (sys.executable, "-m", "experiments.measuring.speed.process", json.dumps(job)),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, text=True,
            env={**os.environ, **(environment or {})},
        )  # fmt: skip

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()
        self._errors.close()

    def ask(self, seconds: float) -> None:
        """Let it train for so long; `answer` waits for what it did."""
        assert self._process.stdin is not None
        print(seconds, file=self._process.stdin, flush=True)

    def answer(self) -> dict[str, Any]:
        """Return its next answer.

        Raises:
            RuntimeError: it ended; says its last words.
        """
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            status = self._process.wait()
            self._errors.seek(0)
            words = self._errors.read().decode(errors="replace").strip().splitlines()[-1:]
            raise RuntimeError(": ".join([f"a process ended with status {status}", *words]))
        return json.loads(line)


def job(
    config: Any, model: str, image_size: int, engine: str, cores: list[int] | None = None
) -> dict[str, Any]:
    """Return the job of training a model; the engine is `ours` or `torch`."""
    return {
        "engine": engine, "model": model, "image_size": image_size,
        "batch_size": config.batch_size, "sparsity": config.sparsity, "cores": cores,
    }  # fmt: skip


def main(job: Mapping[str, Any]) -> None:
    """Do a job, and answer."""
    if job["cores"] is not None:
        os.sched_setaffinity(0, job["cores"])
    begin = time.perf_counter()
    from experiments.measuring.speed import ours, theirs
    from experiments.terminal.memory import keep_freed_memory

    arguments = [job[name] for name in ("model", "image_size", "batch_size", "sparsity")]
    torch = job["engine"] == "torch"
    if torch:
        import torch as _  # noqa: F401
    else:
        keep_freed_memory()
    imported, imported_bytes = time.perf_counter(), resident()
    run = (
        theirs.training(*arguments, form=theirs.CHANNELS_LAST)
        if torch
        else ours.training(*arguments)
    )
    if run is None:
        raise ValueError(f"PyTorch has no {job['model']} here")
    built = time.perf_counter()
    run(1)
    first = time.perf_counter()
    run(STEPS)
    say(
        imports=imported - begin, build=built - imported, first=first - built,
        imported_bytes=imported_bytes, peak_bytes=resident(), device_bytes=on_device(torch),
    )  # fmt: skip
    for line in sys.stdin:
        begin, steps = time.perf_counter(), 0
        while time.perf_counter() - begin < float(line):
            run(1)
            steps += 1
        say(steps=steps, seconds=time.perf_counter() - begin)


def say(**answer: float | None) -> None:
    """Answer in a line."""
    print(json.dumps(answer), flush=True)


def resident() -> int:
    """Return the most bytes that were resident in this process."""
    # Not ru_maxrss where it can be helped: on Linux a process inherits it from the one that
    # started it.
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.findall(r"VmHWM:\s*(\d+) kB", status.read_text())[0]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def on_device(torch: bool) -> int | None:
    """Return the most bytes that were held on the accelerator; None without one."""
    if torch:
        import torch as library

        return library.cuda.max_memory_allocated() if library.cuda.is_available() else None
    import jax

    return (jax.devices()[0].memory_stats() or {}).get("peak_bytes_in_use")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
