import io
import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image


def noise(seed: int, size: int = 8) -> Image.Image:
    pixels = np.random.default_rng(seed).integers(0, 256, (size, size, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


@pytest.fixture
def picture() -> Callable[[int], Image.Image]:
    """An RGB picture of noise by its seed."""
    return noise


@pytest.fixture
def drawing() -> Image.Image:
    """A picture of blots, 200 x 200, that is still itself when it is scaled."""
    return noise(2**20, 32).resize((200, 200), Image.Resampling.BICUBIC)


@pytest.fixture
def fill(tmp_path: Path) -> Callable[..., Path]:
    """Writes pictures of noise, each its own, at the given names below a new folder."""
    seeds = iter(range(1_000_000))

    def write(*names: str, folder: str = "pictures") -> Path:
        root = tmp_path / folder
        for name in names:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            noise(next(seeds)).save(path)
        return root

    return write


@pytest.fixture
def full_names() -> list[str]:
    """A complete folder: three splits, two classes, two pictures each."""
    return [
        f"{split}/{label}/{label.lower()}_{number}.png"
        for split in ("Train", "Validation", "Test")
        for label in ("Real", "Fake")
        for number in range(2)
    ]


@pytest.fixture
def png_header() -> Callable[[int, int], bytes]:
    """A PNG file that says it is width x height and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    def write(width: int, height: int) -> bytes:
        out = io.BytesIO(b"\x89PNG\r\n\x1a\n")
        out.seek(0, io.SEEK_END)
        out.write(chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)))
        out.write(chunk(b"IDAT", zlib.compress(b"\0" * 64)))
        out.write(chunk(b"IEND", b""))
        return out.getvalue()

    return write


@pytest.fixture
def make_version() -> Callable[[Path], Path]:
    """Writes what looks like a version folder with one record."""

    def write(folder: Path) -> Path:
        folder.mkdir(parents=True)
        splits = [{"name": "train", "shardLengths": ["1"]}]
        info = {"name": "d", "fileFormat": "array_record", "splits": splits}
        (folder / "dataset_info.json").write_text(json.dumps(info))
        (folder / "features.json").write_text("{}")
        (folder / "d-train.array_record-00000-of-00001").write_text("x")
        return folder

    return write
