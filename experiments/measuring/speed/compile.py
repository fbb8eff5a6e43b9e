"""How long a fresh process takes to its first step, with and without kept programs."""

import tempfile

from experiments.measuring.speed import theirs
from experiments.measuring.speed.interleave import shares
from experiments.measuring.speed.process import Process, job
from experiments.measuring.speed.table import Table, name_left_out
from experiments.options.benchmark import Config

HEADS = {
    "model": "model",
    "pixels": "pixels",
    "imports_s": "imports (s)",
    "build_s": "weights (s)",
    "cold_s": "first step, compiled (s)",
    "warm_s": "first step, program kept (s)",
    "torch_imports_s": "PyTorch: imports (s)",
    "torch_s": "PyTorch: first step (s)",
}


def measure(config: Config, until: float) -> Table:
    """Return the table."""
    size = config.image_sizes[0]
    table = Table(
        "From the start of a fresh process to its first training step: the first of ours compiles, "
        "the second finds the program that the first kept (JAX's compilation cache). One process "
        "each.",
        HEADS,
    )
    absent = theirs.absent(config.torch, table.notes)
    left_out: list[str] = []
    for model, _ in shares(config.models, until, left_out):
        with tempfile.TemporaryDirectory() as folder:
            cold, warm = (_started(config, model, size, "ours", folder) for _ in range(2))
        row = {
            "model": model,
            "pixels": size,
            "imports_s": cold["imports"],
            "build_s": cold["build"],
            "cold_s": cold["first"],
            "warm_s": warm["first"],
            "warm_build_s": warm["build"],
        }
        if not absent and theirs.has(model, size):
            started = _started(config, model, size, "torch", "")
            row |= {"torch_imports_s": started["imports"], "torch_s": started["first"]}
        table.rows.append(row)
    name_left_out(table, left_out)
    return table


def _started(config: Config, model: str, size: int, engine: str, folder: str) -> dict[str, float]:
    kept = {
        "JAX_ENABLE_COMPILATION_CACHE": "true",
        "JAX_COMPILATION_CACHE_DIR": folder,
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
    }
    with Process(job(config, model, size, engine), kept if folder else {}) as process:
        return process.answer()
