"""What the parts of a ticket take, beside what they must take at least."""

import math
from collections import Counter
from dataclasses import dataclass
from importlib import import_module

from jaxticket.tickets.file import Ticket, packed_leaves

ZSTD_LEVEL = 12


@dataclass(frozen=True)
class LeafSize:
    """An array that may be pruned.

    Attributes:
        path: its name.
        weights, left: how many, and how many survive.
        mask: `bits`, `gaps of 1 byte` or `gaps of 2 bytes`.
        nbytes: of survivors and mask in the file.
        bound: bytes by entropy, see `bound`.
    """

    path: str
    weights: int
    left: int
    mask: str
    nbytes: int
    bound: float


def leaf_sizes(ticket: Ticket) -> list[LeafSize]:
    """Return what each array that may be pruned takes in the ticket file."""
    sizes = []
    for path, packed in packed_leaves(ticket).items():
        kind = f"gaps of {packed.mask.itemsize} byte{'s' * (packed.mask.itemsize > 1)}"
        weights, left = ticket.masks[path].size, len(packed.values)
        least = bound(weights, left, packed.values.itemsize)
        mask = kind if packed.gaps else "bits"
        sizes.append(LeafSize(path, weights, left, mask, packed.nbytes, least))
    return sizes


def bound(weights: int, left: int, value_bytes: int = 4) -> float:
    """Return n H(k / n) / 8 + `value_bytes` k: least bytes of k of n weights at random places.

    H is the entropy of one place in bits; values are taken as they are.
    """
    if left in (0, weights):
        return float(value_bytes * left)
    share = left / weights
    entropy = -share * math.log2(share) - (1 - share) * math.log2(1 - share)
    return weights * entropy / 8 + value_bytes * left


def rest_sizes(ticket: Ticket) -> dict[str, int]:
    """Return the bytes of what is not pruned, by what it is."""
    sizes: Counter[str] = Counter()
    norms = {path.rpartition("/")[0] for path in ticket.batch_stats}
    for path, leaf in ticket.params.items():
        layer, _, name = path.rpartition("/")
        if path not in ticket.masks:
            kind = "kernels that are not pruned" if name == "kernel" else "biases"
            sizes["normalisation" if layer in norms or name == "scale" else kind] += leaf.nbytes
    for leaf in ticket.batch_stats.values():
        sizes["normalisation"] += leaf.nbytes
    return dict(sizes)


def zstd_of_dense(ticket: Ticket) -> int | None:
    """Return the bytes of all arrays, dense with their zeros, compressed by zstd at its level 12.

    None where Python has no zstd: neither Python 3.14 nor the package zstandard.
    """
    leaves = [*ticket.params.values(), *ticket.batch_stats.values()]
    content = b"".join(leaf.tobytes() for leaf in leaves)
    for name in ("compression.zstd", "zstandard"):
        try:
            return len(import_module(name).compress(content, ZSTD_LEVEL))
        except ImportError:
            continue
    return None
