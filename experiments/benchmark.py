"""Where do we stand on this machine beside PyTorch, and where does the time go?

    python -m experiments.benchmark

On whatever device JAX finds, in under eight minutes: sections of figures, each of contestants that
take turns, so that a noisy machine disturbs all alike. Prints Markdown and leaves it in the folder
--out, with benchmark.json and the plot growth.png. What the time was too short for is named;
--minutes=30 gives more, and --sections=step,inference measures those alone. PyTorch takes part
where it is installed (`pip install -e ".[benchmark]"`).
"""

from experiments.terminal.start import start

if __name__ == "__main__":
    start("benchmark")  # here, since help needs no more imports

import datetime
import importlib.metadata
import json
import os
import platform
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import jax
from rich.console import Console

from experiments.measuring.machine import cores, machine
from experiments.measuring.speed.growth_plot import draw
from experiments.measuring.speed.sections import SECTIONS, Measured, measure
from experiments.measuring.speed.table import Table, lines
from experiments.options.benchmark import Config
from jaxticket.models import build
from jaxticket.writing import write_whole

PACKAGES = ("jaxticket", "jax", "grain", "numpy", "torch", "torchvision", "timm", "pillow")


def main(config: Config, console: Console) -> None:
    """Measure, print and write.

    Raises:
        ValueError: a model or a section is unknown, or a number is out of range.
        Exception: what a section failed with, once all others are written.
    """
    _check(config)
    # Or a process beside this one finds no memory left on a GPU.
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    config.out.mkdir(parents=True, exist_ok=True)
    about = describe()
    console.print(f"{_sentence(about)}\n", soft_wrap=True)

    def say(name: str, table: Table) -> None:
        console.print("\n".join(_part(name, table)), soft_wrap=True, markup=False)

    measured = measure(config, config.sections or tuple(SECTIONS), say)
    about["load_after"] = _load()
    write(config, about, measured)
    for line in _left_out(measured):
        console.print(line, soft_wrap=True)
    console.print(f"written to {config.out}")
    for error in measured.failures:
        raise error


def describe() -> dict[str, Any]:
    """Return the date, the machine, and versions."""
    versions = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    here = machine()
    return {
        "date": datetime.date.today().isoformat(),
        "backend": jax.default_backend(),
        "device": jax.devices()[0].device_kind,
        "devices": jax.device_count(),
        "cores": len(cores()),
        "architecture": here.architecture,
        "processor": here.processor,
        "features": list(here.features),
        "memory": here.memory,
        "versions": versions,
        "load_before": _load(),
    }


def write(config: Config, about: dict[str, Any], measured: Measured) -> None:
    """Write benchmark.json, benchmark.md and growth.png into the folder."""
    content = {
        "about": about,
        "sections": {name: asdict(table) for name, table in measured.tables.items()},
        "left_out": measured.left_out,
    }
    if growth := measured.tables.get("growth"):
        draw(growth, _sentence(about), config.out / "growth.png")
    write_whole(config.out / "benchmark.json", json.dumps(content, indent=1).encode())
    text = [_sentence(about), ""]
    for name, table in measured.tables.items():
        text += _part(name, table)
    text += _left_out(measured)
    write_whole(config.out / "benchmark.md", "\n".join(text).encode())


def _check(config: Config) -> None:
    if config.turns < 3:
        raise ValueError(f"--turns must be 3 or more for a spread, got {config.turns}")
    if config.minutes <= 0:
        raise ValueError(f"--minutes must be above 0, got {config.minutes:g}")
    if not config.models or not config.image_sizes:
        raise ValueError("--models and --image_sizes must name one at least")
    unknown = [name for name in config.sections or () if name not in SECTIONS]
    if unknown:
        raise ValueError(f"--sections: there is no {unknown[0]!r}, only {', '.join(SECTIONS)}")
    if config.chip_step_ms is not None and config.chip_step_ms <= 0:
        raise ValueError(f"--chip_step_ms must be above 0, got {config.chip_step_ms:g}")
    for model in config.models:
        build(model)


def _sentence(about: dict[str, Any]) -> str:
    versions = about["versions"]
    names = {"jax": "jax", "torch": "PyTorch", "python": "Python"}
    named = ", ".join(f"{name} {versions[key]}" for key, name in names.items() if key in versions)
    device = "" if about["backend"] == "cpu" else f"{about['devices']} x {about['device']}, "
    features = ", ".join(about["features"])
    loads = [about[key] for key in ("load_before", "load_after") if key in about]
    load = " to ".join(f"{each:.1f}" for each in loads)
    return (
        f"{about['date']}, {device}{about['cores']} cores of a {about['architecture']} machine "
        f"({features}), load {load}; {named}."
    )


def _part(name: str, table: Table) -> Iterator[str]:
    yield f"## {SECTIONS[name].title}"
    yield ""
    yield from lines(table)


def _left_out(measured: Measured) -> list[str]:
    return [f"Left out: {SECTIONS[name].title.lower()} (--sections={name}): {why}."
            for name, why in measured.left_out.items()]  # fmt: skip


def _load() -> float:
    """Return how many processes wanted a core over the last minute."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
