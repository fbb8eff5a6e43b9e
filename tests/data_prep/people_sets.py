"""Prepared sets of plainly coloured pictures, whose colour says who, how and when."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from data_prep.prepared.card import make_card, write_card
from data_prep.prepared.records import write_records
from data_prep.schema import record

METHODS = ("real", "Swap", "Blend")
SIDE = 24
# Of each method, in the set.
FRAMES = {"real": (0, 2, 4), "Swap": (2,), "Blend": (1, 5)}
MASKED = "Swap"


def colour_of(person: int, method: str, frame: int) -> tuple[int, int, int]:
    return 10 + 30 * person, 20 + 80 * METHODS.index(method), 30 + 20 * frame


def mask() -> np.ndarray:
    """Forged in the lower half."""
    forged = np.zeros((SIDE, SIDE), np.uint8)
    forged[SIDE // 2 :] = 255
    return forged


def png(pixels: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, format="PNG")
    return out.getvalue()


def write_set(folder: Path, people: int, *, synthetic: bool, missing: Sequence[str] = ()) -> Path:
    """A prepared set of `people` in each split; videos that are `missing` are left out."""

    def records(split: str):
        for person in range(people):
            for method in METHODS:
                name = f"{person:03d}" if method == "real" else f"{person:03d}_{person + 1:03d}"
                video = f"{'youtube' if method == 'real' else method}/{name}"
                for frame in FRAMES[method]:
                    pixels = np.full((SIDE, SIDE, 3), colour_of(person, method, frame), np.uint8)
                    key = f"{video}/{frame}/{split}"
                    if video not in missing:
                        yield (
                            key,
                            record(
                                key=key,
                                image=png(pixels),
                                label=int(method != "real"),
                                method=method,
                                group=name,
                                video=video,
                                frame=frame,
                                mask=png(mask()) if method == MASKED else None,
                            ),
                        )

    version = write_records("face_forensics", folder, "people", METHODS, records)
    write_card(
        make_card([], name="people", source="", methods=METHODS, synthetic=synthetic), version
    )
    return version
