"""A ticket of 13 weights, and files made from it by hand."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from jaxticket.tickets import Manifest, Ticket
from jaxticket.tickets.manifest import Data, Preprocessing

PARAMS = {
    "layer1.0.conv1/kernel": np.array([[0.5, 0.0], [-0.0, 1e-45]], np.float32),
    "layer1.0.conv1.x/kernel": np.zeros((2, 3), np.float32),
    "fc/bias": np.array([1 / 3], np.float32),
    "fc/kernel": np.ones((2, 1), np.float32),
}
STATS = {"bn1/mean": np.zeros(2, np.float32), "bn1/var": np.array([1.5, 2.5], np.float32)}
MASKS = {
    "layer1.0.conv1/kernel": np.array([[True, False], [True, True]]),
    "layer1.0.conv1.x/kernel": np.zeros((2, 3), bool),
}


def manifest(**said: Any) -> Manifest:
    """What a ticket says, as far as it must."""
    fields: dict[str, Any] = {
        "schema": 2, "model": "resnet18", "classes": ["real", "fake"], "logits": 1,
        "image_size": 64, "prunable": {}, "level": 3, "sparsity": 0.0, "weights_left": 0,
        "data": Data(name="noise", fingerprint="f" * 64, synthetic=True), "seed": 0,
        "rewind": "init", "preprocessing": Preprocessing(mean=[0.5] * 3, std=[0.25] * 3),
        "recipe": {"model": "resnet18", "learning_rate": 1e-3}, "versions": {"numpy": "2.0"},
    }  # fmt: skip
    return Manifest(**fields | said)


def ticket(**said: Any) -> Ticket:
    """The ticket."""
    return Ticket(PARAMS, STATS, MASKS, manifest(**said))


def write(path: Path, header: Any, body: bytes = b"") -> Path:
    """Write a safetensors file with any header."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + body)
    return path


def taken_apart(path: Path) -> tuple[dict[str, Any], bytes]:
    """Return the header of a file, and what follows it."""
    content = path.read_bytes()
    end = 8 + int.from_bytes(content[:8], "little")
    return json.loads(content[8:end]), content[end:]
