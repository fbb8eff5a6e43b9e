"""Peak memory of training, by fresh processes."""

from experiments.measuring.speed import theirs
from experiments.measuring.speed.interleave import shares
from experiments.measuring.speed.process import Process, job
from experiments.measuring.speed.table import Table, name_left_out
from experiments.options.benchmark import Config

HEADS = {
    "model": "model",
    "pixels": "pixels",
    "ratio": "ours / PyTorch",
    "ours_mib": "jaxticket (MiB)",
    "ours_imported_mib": "of it imports",
    "torch_mib": "PyTorch (MiB)",
    "torch_imported_mib": "of it imports",
    "ours_device_mib": "jaxticket, on the device (MiB)",
    "torch_device_mib": "PyTorch, on the device (MiB)",
}


def measure(config: Config, until: float) -> Table:
    """Return the table."""
    table = Table(
        "The most that a fresh process held resident over its first training steps on one batch; "
        f"batch {config.batch_size}. Pictures of a set, their decoding and checkpoints come on "
        "top. One process each.",
        HEADS,
    )
    engines = ["ours"] if theirs.absent(config.torch, table.notes) else ["ours", "torch"]
    cases = [(model, size) for model in config.models for size in config.image_sizes]
    left_out: list[tuple[str, int]] = []
    for (model, size), _ in shares(cases, until, left_out):
        row = {"model": model, "pixels": size}
        for engine in engines:
            if engine == "torch" and not theirs.has(model, size):
                continue
            with Process(job(config, model, size, engine)) as process:
                started = process.answer()
            for key in ("peak", "imported", "device"):
                if started[f"{key}_bytes"] is not None:
                    name = f"{engine}_mib" if key == "peak" else f"{engine}_{key}_mib"
                    row[name] = started[f"{key}_bytes"] / 2**20
        if "torch_mib" in row:
            row["ratio"] = row["ours_mib"] / row["torch_mib"]
        table.rows.append(row)
    name_left_out(table, [f"{model} at {size}" for model, size in left_out])
    return table
