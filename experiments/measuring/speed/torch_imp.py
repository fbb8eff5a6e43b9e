"""Iterative magnitude pruning written plainly in PyTorch, to compare with; needs the extra `torch`.

What somebody would write in an afternoon: no log, no resuming, no invariants.
"""

import copy
import math
from pathlib import Path
from typing import Any

import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from experiments.measuring.speed import pictures, theirs
from experiments.measuring.speed.torch_pictures import Pictures
from experiments.measuring.torch_models import build_torch
from experiments.options.benchmark import Config
from jaxticket.data.prepared import PreparedSet
from jaxticket.runs import Clock

FRACTION, RATE = 0.2, 1e-3


def search(
    config: Config, prepared: PreparedSet, folder: Path, rounds: int, epochs: int
) -> dict[str, float]:
    """Find a ticket; return seconds by activity. The arguments are those of `imp.search`."""
    size = config.image_sizes[0]
    sources = {
        split: Pictures(*pictures.files(prepared, split, folder / split), size)
        for split in prepared.splits
    }
    clock = Clock()
    with clock.measure("load pictures"):
        splits = {split: _load(source) for split, source in sources.items()}
    network: Any = build_torch(config.models[0], size)
    network = network.to(theirs.device(), memory_format=torch.channels_last)
    beginning = copy.deepcopy(network.state_dict())
    prunable = [p for p in network.parameters() if p.ndim == 4]
    masks = [torch.ones_like(p, dtype=torch.bool) for p in prunable]
    for level in range(1 + rounds):
        if level:
            with clock.measure("prune"):
                masks = _prune(prunable, masks)
                network.load_state_dict(beginning)
        _train(network, splits, prunable, masks, config.batch_size, epochs, clock)
        with clock.measure("checkpoint"):
            torch.save({"network": network.state_dict(), "masks": masks}, folder / f"{level}.pt")
        with clock.measure("evaluate"):
            for split in ("validation", "test"):
                _accuracy(network, splits[split], config.batch_size)
    return clock.account()


def _load(source: Pictures) -> tuple[Any, Any]:
    """Return all pictures, uint8 [N, 3, S, S], and their labels [N], on the device."""
    found = [source[index] for index in range(len(source))]
    images = torch.stack([image for image, _ in found]).to(theirs.device())
    return images, torch.tensor([label for _, label in found], device=theirs.device())


def _prune(weights: list[Any], masks: list[Any]) -> list[Any]:
    """Return masks without the smallest living weights of all layers together."""
    alive = torch.cat([w.detach().abs()[m] for w, m in zip(weights, masks, strict=True)])
    threshold = alive.kthvalue(max(1, round(FRACTION * alive.numel()))).values
    return [m & (w.detach().abs() > threshold) for w, m in zip(weights, masks, strict=True)]


def _train(
    network: Any,
    splits: dict,
    weights: list[Any],
    masks: list[Any],
    batch_size: int,
    epochs: int,
    clock: Clock,
) -> None:
    images, labels = splits["train"]
    per_epoch = len(labels) // batch_size
    steps = epochs * per_epoch
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: 0.01 + 0.99 * (1 + math.cos(math.pi * step / steps)) / 2
    )
    _mask(weights, masks)
    for _ in range(epochs):
        order = torch.randperm(len(labels), device=images.device)
        for step in range(per_epoch):
            with clock.measure("data"):
                chosen = order[step * batch_size : (step + 1) * batch_size]
                batch = images[chosen].contiguous(memory_format=torch.channels_last)
                flips = torch.rand(len(batch), device=images.device) < 0.5
                batch = torch.where(flips[:, None, None, None], batch.flip(3), batch)
            with clock.measure("train"):
                network.train()
                optimizer.zero_grad(set_to_none=True)
                logits = network(batch.float() / 255)[:, 0]
                loss = binary_cross_entropy_with_logits(logits, labels[chosen].float())
                loss.backward()
                optimizer.step()
                schedule.step()
                _mask(weights, masks)
                float(loss.detach())
        with clock.measure("evaluate"):
            _accuracy(network, splits["validation"], batch_size)


@torch.no_grad()
def _mask(weights: list[Any], masks: list[Any]) -> None:
    for weight, mask in zip(weights, masks, strict=True):
        weight.mul_(mask)


@torch.inference_mode()
def _accuracy(network: Any, split: tuple[Any, Any], batch_size: int) -> float:
    images, labels = split
    network.eval()
    logits = [network(part.float() / 255)[:, 0] for part in images.split(batch_size)]
    return float(((torch.cat(logits) > 0) == labels.bool()).float().mean())
