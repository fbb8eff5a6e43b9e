"""What does a masked training step cost? Beside PyTorch's best, interleaved in one run.

    python -m experiments.benchmark

For every detector and size: our step (forward, backward, SGD with momentum, masks applied before
and after) and the same in PyTorch, contiguous and channels-last, where torch is installed; they
take turns, so that a noisy machine disturbs all alike. Prints a Markdown table of medians, with the
quartiles, and the ratio of ours to PyTorch's better layout, the median over the turns. On two CPU
cores it takes about ten minutes. On whatever device JAX finds; PyTorch uses its GPU if JAX does.
"""

from experiments.terminal.start import start

if __name__ == "__main__":
    start("benchmark")  # here, since help needs no more imports

import time
from dataclasses import replace

import jax
import numpy as np
from rich.console import Console

from experiments.measuring.step_turns import Turn, noise, noise_batch, step_turn
from experiments.measuring.torch_models import build_torch
from experiments.options.benchmark import Config
from jaxticket.models import build
from jaxticket.pruning import magnitude, select
from jaxticket.text import interval_text, markdown_table
from jaxticket.training import build_step
from jaxticket.trees import prunable_paths
from jaxticket.weights import dense


def main(config: Config, console: Console) -> None:
    """Time everything and print the table.

    Raises:
        ValueError: a model is unknown, or a number is out of range.
    """
    if config.turns < 3:
        raise ValueError(f"--turns must be 3 or more for a spread, got {config.turns}")
    for model in config.models:
        build(model)
    console.print(
        f"jax {jax.__version__} on {jax.devices()[0].device_kind}, batch {config.batch_size}, "
        f"float32, sparsity {config.sparsity:g}, {config.turns} turns; ms per step: median "
        "[quartiles]\n"
    )
    heads = ["model", "pixels", "jaxticket", "PyTorch", "layout", "ratio", "first call (s)"]
    rows = (_row(config, model, size) for model in config.models for size in config.image_sizes)
    for line in markdown_table(heads, rows):
        console.print(line)


def jax_turn(config: Config, model: str, size: int) -> Turn:
    """Return a function that does one training step of ours and waits for it."""
    detector = build(model)
    optimizer, step = build_step(detector, optimizer="sgd", learning_rate=1e-4)
    weights = dense(*detector.init(jax.random.key(0), size))
    prunable = prunable_paths(weights.params, detector.output_layer)
    masks, _ = select(magnitude(weights.params), weights.masks, config.sparsity, prunable, "global")
    return step_turn(
        replace(weights, masks=masks), optimizer, step, noise_batch(config.batch_size, size)
    )


def torch_turn(config: Config, model: str, size: int, *, channels_last: bool) -> Turn | None:
    """Return a function that does one such step in PyTorch, or None where it cannot be had."""
    network = build_torch(model, size)
    if network is None:
        return None
    import torch

    device = "cuda" if jax.default_backend() == "gpu" and torch.cuda.is_available() else "cpu"
    layout = torch.channels_last if channels_last else torch.contiguous_format
    network = network.to(device, memory_format=layout).train()
    images, labels = noise(config.batch_size, size)
    pixels = (
        torch.from_numpy(images).to(device).permute(0, 3, 1, 2).contiguous(memory_format=layout)
    )
    target = torch.from_numpy(labels).to(device).float()
    optimizer = torch.optim.SGD(network.parameters(), lr=1e-4, momentum=0.9)
    weights = [p for p in network.parameters() if p.ndim > 1]
    alive = [
        torch.rand(p.shape, device=device).contiguous(memory_format=layout)
        if p.ndim == 4
        else torch.rand(p.shape, device=device)
        for p in weights
    ]
    alive = [(a >= config.sparsity).float() for a in alive]

    @torch.no_grad()
    def mask() -> None:
        for parameter, keep in zip(weights, alive, strict=True):
            parameter.mul_(keep)

    def turn() -> None:
        optimizer.zero_grad(set_to_none=True)
        logits = network(pixels.float() / 255.0)[:, 0]
        torch.nn.functional.binary_cross_entropy_with_logits(logits, target).backward()
        optimizer.step()
        mask()
        if device == "cuda":
            torch.cuda.synchronize()

    return turn


def interleave(
    turns: dict[str, Turn], count: int
) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """Let every contestant take `count` timed turns, one after the other, after two untimed ones.

    Returns:
        Seconds of each turn by contestant, [count], and seconds of its very first call.
    """
    first: dict[str, float] = {}
    for name, turn in turns.items():
        begin = time.perf_counter()
        turn()
        first[name] = time.perf_counter() - begin
        turn()
    spent: dict[str, list[float]] = {name: [] for name in turns}
    for _ in range(count):
        for name, turn in turns.items():
            begin = time.perf_counter()
            turn()
            spent[name].append(time.perf_counter() - begin)
    return {name: np.array(times) for name, times in spent.items()}, first


def _row(config: Config, model: str, size: int) -> list[str]:
    turns = {"jaxticket": jax_turn(config, model, size)}
    if config.torch:
        for layout, last in (("contiguous", False), ("channels last", True)):
            turn = _torch_or_none(config, model, size, last)
            if turn is not None:
                turns[layout] = turn
    times, first = interleave(turns, config.turns)
    ours = times.pop("jaxticket")
    cells = [model, str(size), _spread(ours)]
    if times:
        best = min(times, key=lambda name: float(np.median(times[name])))
        ratios = ours / times[best]
        low, middle, high = np.quantile(ratios, [0.25, 0.5, 0.75])
        cells += [_spread(times[best]), best, interval_text(middle, low, high, digits=2)]
    else:
        cells += ["-", "-", "-"]
    return [*cells, f"{first['jaxticket']:.0f}"]


def _torch_or_none(config: Config, model: str, size: int, channels_last: bool) -> Turn | None:
    try:
        return torch_turn(config, model, size, channels_last=channels_last)
    except ImportError:
        return None


def _spread(seconds: np.ndarray) -> str:
    low, middle, high = 1000 * np.quantile(seconds, [0.25, 0.5, 0.75])
    return interval_text(middle, low, high, digits=0)
