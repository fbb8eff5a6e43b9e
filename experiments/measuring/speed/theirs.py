"""The same training step and inference in PyTorch, as contestants: needs the extra `torch`."""

import importlib.util
from typing import Any

import jax

from experiments.measuring.speed.interleave import Run
from experiments.measuring.step_turns import noise
from experiments.measuring.torch_models import build_torch

CONTIGUOUS, CHANNELS_LAST, COMPILED = "contiguous", "channels last", "compiled"


def absent(wanted: bool, notes: list[str]) -> bool:
    """Return whether there is nothing to compare with, and note why."""
    why = why_not() if wanted else "PyTorch was not asked for (--torch)."
    if why:
        notes.append(f"No column of PyTorch: {why}")
    return bool(why)


def has(model: str, image_size: int) -> bool:
    """Return whether there is such a model in PyTorch here."""
    return build_torch(model, image_size) is not None


def why_not() -> str | None:
    """Return why there is nothing to compare with here; None where there is."""
    if importlib.util.find_spec("torch") is None:
        return 'PyTorch is not installed: pip install -e ".[benchmark]".'
    import torch

    if jax.default_backend() != "cpu" and not torch.cuda.is_available():
        return f"This PyTorch does not see the {jax.devices()[0].device_kind} that JAX computes on."
    return None


def device() -> str:
    """Return where PyTorch computes: where JAX does."""
    return "cpu" if jax.default_backend() == "cpu" else "cuda"


def training(
    model: str, image_size: int, batch_size: int, sparsity: float, form: str
) -> Run | None:
    """Return training steps as ours; None where PyTorch has no such model.

    Args:
        model: the detector's name.
        image_size: side of the pictures in pixels.
        batch_size: pictures in a step.
        sparsity: pruned fraction of the weights.
        form: contiguous, channels last, or compiled (channels last, by `torch.compile`).
    """
    network = build_torch(model, image_size)
    if network is None:
        return None
    import torch

    network, pixels, target = _placed(network.train(), image_size, batch_size, form)
    optimizer = torch.optim.SGD(network.parameters(), lr=1e-4, momentum=0.9)
    weights = [p for p in network.parameters() if p.ndim > 1]
    alive = [(torch.rand_like(p) >= sparsity).to(p.dtype) for p in weights]
    call = torch.compile(network) if form == COMPILED else network

    @torch.no_grad()
    def mask() -> None:
        for parameter, keep in zip(weights, alive, strict=True):
            parameter.mul_(keep)

    mask()

    def run(calls: int) -> None:
        for _ in range(calls):
            optimizer.zero_grad(set_to_none=True)
            logits = call(pixels.float() / 255.0)[:, 0]
            torch.nn.functional.binary_cross_entropy_with_logits(logits, target).backward()
            optimizer.step()
            mask()
        wait()

    return run


def inference(
    model: str, image_size: int, batch_size: int, sparsity: float, form: str
) -> Run | None:
    """Return forward passes as ours; see `training`. Zeros cost what other weights do."""
    network = build_torch(model, image_size)
    if network is None:
        return None
    import torch

    network, pixels, _ = _placed(network.eval(), image_size, batch_size, form)
    call = torch.compile(network) if form == COMPILED else network

    @torch.inference_mode()
    def run(calls: int) -> None:
        for _ in range(calls):
            call(pixels.float() / 255.0)
        wait()

    return run


def wait() -> None:
    """Wait until the device has done what it was given."""
    if device() == "cuda":
        import torch

        torch.cuda.synchronize()


def _placed(network: Any, image_size: int, batch_size: int, form: str) -> tuple[Any, Any, Any]:
    """Return a network, pictures and labels in their layout on the device."""
    import torch

    torch.backends.cudnn.benchmark = True  # on a GPU it tries its convolutions, as XLA does
    layout: Any = torch.contiguous_format if form == CONTIGUOUS else torch.channels_last
    images, labels = noise(batch_size, image_size)
    pixels = torch.from_numpy(images).to(device()).permute(0, 3, 1, 2)
    target = torch.from_numpy(labels).to(device()).float()
    return (
        network.to(device(), memory_format=layout),
        pixels.contiguous(memory_format=layout),
        target,
    )
