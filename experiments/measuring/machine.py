"""The machine that is measured on: by what it can, never by its name."""

import functools
import importlib.metadata
import importlib.util
import os
import platform
import subprocess
from pathlib import Path

import jax

from jaxticket.runs.efficiency import Machine

FEATURES = (
    "avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "avx512_fp16", "amx_bf16", "amx_int8",
    "asimd", "asimddp", "bf16", "i8mm", "sve",
)  # fmt: skip
"""Of /proc/cpuinfo: what decides how fast float32, bfloat16 and int8 are."""
COUNTER = Path("/sys/class/powercap/intel-rapl:0/energy_uj")
PACKAGES = {"xla": "jax", "sparse": "jaxticket.runtime"}


def machine() -> Machine:
    """Return what this machine is."""
    lines = _cpuinfo()
    words = set((lines.get("flags") or lines.get("Features") or "").split())
    return Machine(
        architecture=platform.machine(),
        processor=lines.get("model name", platform.processor() or "unknown"),
        features=[name for name in FEATURES if name in words],
        cores=len(cores()),
        memory=_memory(),
        gpu=gpu(),
        energy_counter=energy() is not None,
    )


def cores() -> list[int]:
    """Return the numbers of the cores that this process may use; empty where it is not said."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def gpu() -> str:
    """Return the name of the GPU that JAX has; empty without one."""
    return jax.devices()[0].device_kind if jax.default_backend() == "gpu" else ""


def energy() -> float | None:
    """Return the joules that the processor has used since some time; None without a counter."""
    try:
        return int(COUNTER.read_text()) / 1e6
    except (OSError, ValueError):
        return None


def is_installed(engine: str) -> bool:
    """Return whether an engine's package can be imported here."""
    try:
        return importlib.util.find_spec(PACKAGES.get(engine, engine)) is not None
    except ModuleNotFoundError:
        return False


def _cpuinfo() -> dict[str, str]:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return {}
    pairs = (line.partition(":") for line in text.split("\n\n")[0].splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return None


@functools.cache
def version(engine: str, deepsparse_python: Path | None = None) -> str:
    """Return the version of an engine's package; of DeepSparse, the one of its environment."""
    if engine == "deepsparse":
        ask = "from importlib.metadata import version; print(version('deepsparse'))"
        asked = subprocess.run(
            [str(deepsparse_python), "-c", ask], capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip
        return asked.stdout.strip()
    package = {"xla": "jaxlib", "sparse": "jaxticket"}.get(engine, engine)
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""
