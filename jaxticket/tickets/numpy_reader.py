"""Read a jaxticket ticket with NumPy alone. This file stands for itself: copy it anywhere.

    python numpy_reader.py FILE

A ticket is a safetensors file: eight bytes, the length of a JSON header, little-endian; the
header, which names type, shape and place of every array; the arrays. Its metadata hold one text,
`jaxticket`: the manifest, JSON too. Of what may be pruned there are the survivors in C order,
`values/PATH`, and where they stand: `mask_bits/PATH`, one bit a weight, the lowest of a byte first,
or `mask_gaps/PATH`, how many zeros lie before the next survivor, where the largest number means as
many zeros and no survivor. The rest is dense: `params/PATH`, `batch_stats/PATH`. Hashes
are checked, sizes are not: use this for files of a source that you trust.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np

TYPES = {"F32": "<f4", "F16": "<f2", "U16": "<u2", "U8": "u1"}


def read(path):
    """Return the network and the manifest of a ticket.

    The network: {"params" | "batch_stats": {path: float32 array}, "masks": {path: bool array}}.

    Raises:
        ValueError: the file is no ticket of schema 2, or one of its hashes is wrong.
    """
    content = Path(path).read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    manifest = json.loads(header.pop("__metadata__")["jaxticket"])
    if manifest.get("schema") != 2:
        raise ValueError(f"schema {manifest.get('schema', 1)}: this reads schema 2")
    arrays = {}
    for name, entry in header.items():
        first, last = (start + offset for offset in entry["data_offsets"])
        arrays[name] = np.frombuffer(content[first:last], TYPES[entry["dtype"]])
        arrays[name] = arrays[name].reshape(entry["shape"])
    parts = {"params": {}, "batch_stats": {}, "masks": {}}
    for name, array in arrays.items():
        part, _, leaf = name.partition("/")
        if part in parts:
            parts[part][leaf] = array
    for leaf, form in manifest["prunable"].items():
        if f"mask_bits/{leaf}" in arrays:
            mask = np.unpackbits(arrays[f"mask_bits/{leaf}"], bitorder="little").astype(bool)
        else:
            gaps = arrays[f"mask_gaps/{leaf}"]
            alive = gaps != np.iinfo(gaps.dtype).max
            mask = np.zeros(form["weights"], bool)
            mask[np.cumsum(gaps.astype(np.int64) + alive)[alive] - 1] = True
        mask = mask[: form["weights"]].reshape(form["shape"])
        parts["masks"][leaf], parts["params"][leaf] = mask, np.zeros(mask.shape, np.float32)
        parts["params"][leaf][mask] = arrays[f"values/{leaf}"]
    for name, found in hashes(arrays, parts, manifest).items():
        if manifest["hashes"][name] != found:
            raise ValueError(f"the SHA-256 of its {name} is another than it says")
    return parts, manifest


def hashes(arrays, parts, manifest):
    """Return the SHA-256 of arrays as stored, masks, dense network, manifest without hashes."""
    stored, masks, weights = (hashlib.sha256() for _ in range(3))
    for name in sorted(arrays):
        head = f"{name} {arrays[name].dtype.str} {list(arrays[name].shape)}\n"
        stored.update(head.encode() + arrays[name].tobytes())
    for leaf in sorted(parts["masks"], key=lambda leaf: leaf.split("/")):
        mask = parts["masks"][leaf]
        masks.update(f"{leaf} {mask.shape}\n".encode() + np.packbits(mask).tobytes())
    alive = {leaf: np.ones(a.shape, bool) for leaf, a in parts["params"].items()}
    for part, leaves in sorted({**parts, "masks": alive | parts["masks"]}.items()):
        for leaf in sorted(leaves, key=lambda leaf: leaf.split("/")):
            head = f"{part}/{leaf} {leaves[leaf].dtype} {leaves[leaf].shape}\n"
            weights.update(head.encode() + leaves[leaf].tobytes())
    rest = {key: value for key, value in manifest.items() if key != "hashes"}
    text = hashlib.sha256(json.dumps(rest, sort_keys=True, separators=(",", ":")).encode())
    found = {"arrays": stored, "masks": masks, "weights": weights, "manifest": text}
    return {name: hashed.hexdigest() for name, hashed in found.items()}


if __name__ == "__main__":
    try:
        network, said = read(sys.argv[1])
    except Exception as error:  # whatever it is, it is no ticket
        print(f"error: {sys.argv[1:]} is no whole ticket: {error!r}", file=sys.stderr)
        sys.exit(2)
    print(said["model"], f"{said['sparsity']:.1%} pruned,", "all hashes are right")
    for leaf, array in [*network["params"].items(), *network["batch_stats"].items()]:
        print(leaf, list(array.shape), np.count_nonzero(network["masks"].get(leaf, array == array)))
