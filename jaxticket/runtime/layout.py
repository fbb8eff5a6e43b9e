"""How maps lie in memory: every lane of a vector works on its own part of the pictures.

A batch of maps [N, H, W, C] is cut into as many equal tiles as a vector register has lanes: by
picture, then by rows, then by columns. In memory a map is [C, rows, columns, lanes]: one vector for
each position of a tile, holding that position of all tiles. Each tile keeps a border (halo) of what
its neighbours hold there, so that a kernel's tap is the same whole, aligned vector load for every
position: nothing is gathered, and no patches are built.
"""

import itertools
from dataclasses import dataclass
from functools import cached_property

import numpy as np

LARGEST = 1 << 31
"""Bytes of all maps of a layout: places are of 32 bits."""
MOST_COPIES = 1 << 10
Halo = tuple[int, int, int, int]
"""Rows above and below a tile, columns to its left and right."""


@dataclass(frozen=True)
class Lanes:
    """What the lanes of a vector stand for: pictures x rows of tiles x columns of tiles."""

    images: int
    rows: int
    columns: int

    @property
    def count(self) -> int:
        """Lanes of a vector."""
        return self.images * self.rows * self.columns


@dataclass(frozen=True)
class Copy:
    """A rectangle of vectors that is copied within a channel, lane by lane.

    Attributes:
        target: the first row and column of a tile's positions, negative in the halo.
        source: those of the rectangle that is copied.
        size: rows and columns.
        lanes: the lane that each lane copies, -1 for `fill`.
    """

    target: tuple[int, int]
    source: tuple[int, int]
    size: tuple[int, int]
    lanes: tuple[int, ...]


@dataclass(frozen=True)
class Layout:
    """Where the values of a batch of maps lie.

    Attributes:
        channels: of the maps.
        height: of the maps; what tiles hold beyond it is `fill`.
        width: of the maps.
        lanes: how a batch is cut into tiles.
        tile: rows and columns of a tile.
        halo: rows above and below and columns left and right that a tile keeps of its neighbours.
        fill: what lies outside the maps: 0, or minus infinity where only max-pooling reads.
    """

    channels: int
    height: int
    width: int
    lanes: Lanes
    tile: tuple[int, int]
    halo: Halo = (0, 0, 0, 0)
    fill: float = 0.0

    def __post_init__(self):
        if self.size >= LARGEST:
            raise ValueError(
                f"{self.channels:,} maps of {self.height:,} x {self.width:,} take {self.size:,} "
                f"bytes for {self.lanes.images} pictures in tiles of {self.rows:,} x "
                f"{self.pitch:,}; the runtime has less than {LARGEST:,}"
            )

    @property
    def rows(self) -> int:
        """Rows of a tile with its halo."""
        return self.tile[0] + self.halo[0] + self.halo[1]

    @property
    def pitch(self) -> int:
        """Columns of a tile with its halo."""
        return self.tile[1] + self.halo[2] + self.halo[3]

    @property
    def plane(self) -> int:
        """Bytes of a channel."""
        return 4 * self.rows * self.pitch * self.lanes.count

    @property
    def size(self) -> int:
        """Bytes of all channels."""
        return self.channels * self.plane

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """[C, rows, columns, lanes]."""
        return self.channels, self.rows, self.pitch, self.lanes.count

    def at(self, row: int, column: int) -> int:
        """Return where a tile's position lies in its channel, in bytes; negative in the halo."""
        return 4 * self.lanes.count * ((row + self.halo[0]) * self.pitch + column + self.halo[2])

    @cached_property
    def sources(self) -> np.ndarray:
        """int32 [rows, columns, lanes]: which position of [N, H, W] lies there, -1 for `fill`."""
        (height, width), lanes = self.tile, self.lanes
        y = np.arange(lanes.rows)[:, None] * height + np.arange(self.rows) - self.halo[0]
        x = np.arange(lanes.columns)[:, None] * width + np.arange(self.pitch) - self.halo[2]
        image = np.arange(lanes.images)[None, None, :, None, None]
        y = y.T[:, None, None, :, None]
        x = x.T[None, :, None, None, :]
        inside = (y >= 0) & (y < self.height) & (x >= 0) & (x < self.width)
        position = np.where(inside, (image * self.height + y) * self.width + x, -1)
        return position.reshape(self.rows, self.pitch, lanes.count).astype(np.int32)

    def valid(self, row: int, column: int) -> np.ndarray:
        """Return bool [lanes]: where a tile's position lies inside the maps."""
        return self.sources[row + self.halo[0], column + self.halo[2]] >= 0

    def copies(self) -> list["Copy"]:
        """Return what must follow once the maps' values are there: fills beyond them, and halos."""
        (height, width), lanes = self.tile, self.lanes
        index = np.arange(lanes.count).reshape(lanes.images, lanes.rows, lanes.columns)
        found = []
        down = _segments(self.height, height, lanes.rows, *self.halo[:2])
        across = _segments(self.width, width, lanes.columns, *self.halo[2:])
        if len(down) * len(across) > MOST_COPIES:
            raise ValueError(f"windows reach {max(self.halo)} beyond tiles of {self.tile}: too far")
        for y, rows in down:
            for x, columns in across:
                below, row = divmod(y, height)
                right, column = divmod(x, width)
                valid = self.valid(y, x)
                if below == right == 0 and valid.all():
                    continue
                i = (np.arange(lanes.rows) + below).clip(0, lanes.rows - 1)
                j = (np.arange(lanes.columns) + right).clip(0, lanes.columns - 1)
                lane = np.where(valid, index[:, i[:, None], j].reshape(-1), -1)
                found.append(Copy((y, x), (row, column), (rows, columns), tuple(lane.tolist())))
        return sorted(found, key=lambda copy: copy.target != copy.source)

    def pack(self, maps: np.ndarray) -> np.ndarray:
        """Return [N, H, W, C] maps as float32 [C, rows, columns, lanes]."""
        flat = maps.reshape(-1, self.channels).T.astype(np.float32)
        outside = np.full((self.channels, 1), self.fill, np.float32)
        return np.ascontiguousarray(np.concatenate([flat, outside], axis=1)[:, self.sources])

    def unpack(self, memory: np.ndarray) -> np.ndarray:
        """Return float32 [N, H, W, C] of what lies in memory, [C, rows, columns, lanes]."""
        (height, width), halo = self.tile, self.halo
        window = np.s_[halo[0] : halo[0] + height, halo[2] : halo[2] + width]
        source = self.sources[window]
        flat = np.empty((self.channels, self.lanes.images * self.height * self.width), np.float32)
        inside = source >= 0
        flat[:, source[inside]] = memory.reshape(self.shape)[(slice(None), *window)][:, inside]
        return flat.T.reshape(-1, self.height, self.width, self.channels)


def _segments(total: int, side: int, tiles: int, before: int, after: int) -> list[tuple[int, int]]:
    """Cut a tile and its halo, along one axis, where its neighbours and the maps' ends lie.

    Returns:
        First position and length of each part: all its positions have the same neighbours.
    """
    begin, end = -before, side + after
    cuts = {begin, end}
    for tile in range(tiles):
        cuts |= {-tile * side, total - tile * side}
    cuts |= {step * side for step in range(-(before // side) - 1, after // side + 2)}
    inside = sorted(cut for cut in cuts if begin <= cut <= end)
    return [(first, last - first) for first, last in itertools.pairwise(inside)]
