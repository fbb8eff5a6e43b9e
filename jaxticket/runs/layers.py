"""The table of a level's layers: how many weights each has, and how many are left."""

import csv
from pathlib import Path
from typing import Annotated

import msgspec

from jaxticket.runs import files
from jaxticket.runs.damage import Damaged
from jaxticket.text import lines_of_csv

LAYERS = "layers.csv"


class Layer(msgspec.Struct, frozen=True):
    """A row of layers.csv; its other columns are for people.

    Attributes:
        layer: name.
        weights: how many are prunable, 1 or more.
        weights_left: how many of them are not pruned.
    """

    layer: str
    weights: Annotated[int, msgspec.Meta(ge=1)]
    weights_left: Annotated[int, msgspec.Meta(ge=0)]


def read_layers(path: Path, remedy: str, digest: str | None = None) -> list[Layer]:
    """Read the layers of a level; see `jaxticket.runs.files.read_whole`.

    Raises:
        FileNotFoundError: there is no such file; says the remedy.
        Damaged: it lacks a column or a layer, a count is none, or it was changed; says the remedy.
    """
    try:
        text = files.read_whole(path, remedy, digest).decode()
        rows = csv.DictReader(lines_of_csv(text))
        layers = [msgspec.convert(row, Layer, strict=False) for row in rows]
        if not layers:
            raise ValueError("it has no layer")
        return layers
    except FileNotFoundError:
        raise FileNotFoundError(f"{path} is missing: {remedy}") from None
    except Damaged:
        raise
    except (ValueError, csv.Error) as error:
        raise Damaged(path, error, remedy) from error
