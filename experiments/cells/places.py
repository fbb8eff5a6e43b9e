"""Where trainings side by side run: each process on cores, and on a device, of its own."""

import importlib.metadata
import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

_TOPOLOGY = Path("/sys/devices/system/cpu")
_ASK = "import jax; print(jax.default_backend(), jax.local_device_count())"
_PATIENCE = 300.0
"""Seconds in which a process says which devices it has."""


@dataclass(frozen=True)
class Place:
    """What a worker has for itself.

    Attributes:
        cores: their numbers.
        environment: variables that show it its device alone; none on a CPU.
    """

    cores: tuple[int, ...]
    environment: dict[str, str] = field(default_factory=dict)


def places(workers: int) -> list[Place]:
    """Return as many places, all of the same number of cores.

    Raises:
        ValueError: there are not so many cores or devices.
    """
    if workers < 1:
        raise ValueError(f"--workers must be 1 or more, got {workers}")
    own = cores()
    if workers > 1 and not own:
        raise ValueError(
            f"--workers={workers}: this system gives no process cores of its own; leave it out"
        )
    if workers > max(1, len(own)):
        raise ValueError(
            f"--workers={workers}: there are {len(own)} cores, and each worker needs one of its "
            f"own; use --workers={len(own)} or less"
        )
    backend, devices = accelerators() if workers > 1 else ("cpu", 0)
    if devices and (backend != "gpu" or workers > devices):
        most = devices if backend == "gpu" else 1
        raise ValueError(
            f"--workers={workers}: each worker needs a device of its own, and there are "
            f"{most} {backend.upper()}s for that; use --workers={most}"
        )
    each = len(own) // workers
    return [
        Place(tuple(own[n * each : (n + 1) * each]), _shown(n) if devices else {})
        for n in range(workers)
    ]


def cores() -> list[int]:
    """Return the numbers of the cores of this process, those of one chip beside each other.

    Nothing where the system does not say.
    """
    if not hasattr(os, "sched_setaffinity"):
        return []
    return sorted(os.sched_getaffinity(0), key=lambda core: (*_lies(core), core))


def accelerators() -> tuple[str, int]:
    """Return JAX's backend and how many devices of it there are: `cpu` and 0 without any.

    Where a GPU or TPU may be, a process of its own looks: this one takes no device for itself.
    """
    if os.environ.get("JAX_PLATFORMS", "").split(",")[0] == "cpu" or not _plugins():
        return "cpu", 0
    asked = subprocess.run(
        [sys.executable, "-c", _ASK], capture_output=True, text=True, timeout=_PATIENCE,
        check=False, env={**os.environ, "XLA_PYTHON_CLIENT_PREALLOCATE": "false"},
    )  # fmt: skip
    backend, _, count = asked.stdout.strip().rpartition(" ")
    return ("cpu", 0) if backend in ("", "cpu") else (backend, int(count))


def _plugins() -> Sequence[object]:
    """Return what may give JAX other devices than the CPU."""
    tpu = importlib.util.find_spec("libtpu")
    return [*importlib.metadata.entry_points(group="jax_plugins"), *([tpu] if tpu else [])]


def _shown(number: int) -> dict[str, str]:
    listed = os.environ.get("CUDA_VISIBLE_DEVICES", "")
    names = listed.split(",") if listed else []
    return {"CUDA_VISIBLE_DEVICES": names[number] if number < len(names) else str(number)}


def _lies(core: int) -> tuple[int, int]:
    """Return the numbers of a core's chip and of its place there; threads of a core share both."""
    folder = _TOPOLOGY / f"cpu{core}" / "topology"
    try:
        package = int((folder / "physical_package_id").read_text())
        return package, int((folder / "core_id").read_text())
    except (OSError, ValueError):
        return 0, 0
