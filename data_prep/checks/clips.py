"""Which pictures are frames of one clip, by their names: `clip7_frame3`, `aagfhgtpmv-009-00`.

What stands before the numbers at the end of a name may be a clip, and may as well be a word that
numbers a whole class, as in `real_12`. So it is taken for a clip only where the set has several of
them, each with a small part of its class, or where the name says frame after a numbered clip.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

CELEBRITY = re.compile(r"(id\d+)_(?:id\d+_)?(\d{4})(?!\d)")
"""A video of Celeb-DF, with the identity and the number of the target clip."""

_FORGERY = re.compile(r"(\d{3}_\d{3})[ _.-](?:.*\D)?\d+$")
"""A frame of a forgery of FaceForensics++, `000_003_0014`: with target and source."""

_NUMBER = re.compile(r"(?:[ _.-]+(?:frame|face|crop)?[ _.-]?|frame)[0-9]+$", re.IGNORECASE)
_TIME = re.compile(
    r"(?:19|20)\d\d[-_.]?[01]\d[-_.]?[0-3]\d[ _.T-]+(?:at )?[0-2]\d[-_.]?[0-5]\d[-_.]?[0-5]\d+"
)
"""Date and time, as cameras and `WhatsApp Image 2026-01-02 at 12.00.07` have them."""
_WORDS = frozenset(
    ("real", "fake", "original", "altered", "genuine", "forged", "deepfakes", "face2face",
     "faceswap", "faceshifter", "neuraltextures", "image", "img", "picture", "pic", "photo",
     "frame", "face", "crop", "video", "vid", "clip", "sample",
     "train", "training", "val", "valid", "validation", "dev", "test", "testing")
)  # fmt: skip
_FEWEST_CLIPS = 4
_MOST_FRAMES = 300  # of a numbered clip on average: words such as `stylegan2` stand for more
_LARGEST_SHARE = 0.5  # of the pictures of its classes


def stem(key: str) -> str:
    """Return the name of a picture without its folders and its suffix."""
    name = key.rpartition("/")[2]
    return name.rpartition(".")[0] or name


def prefixes(name: str) -> list[str]:
    """Return what is left of a name without its last number, its last two numbers, and so on.

    Numbers of a date with a time are no frames.
    """
    left = []
    time = _TIME.search(name)
    begin = time.end() if time else 1
    while (number := _NUMBER.search(name)) and number.start() >= begin:
        name = name[: number.start()]
        left.append(name)
    return left


def clips(pictures: Iterable[tuple[str, int]]) -> dict[str, str]:
    """Return the clip of each name that is one of a clip's frames.

    Args:
        pictures: the name (`stem`) and the label of each picture of a set.

    Returns:
        Name -> clip, without as many of the numbers at its end as can be. Of Celeb-DF it is the
        target clip, `id0_0000`; of a forgery of FaceForensics++ `000_003`.
    """
    pictures = list(pictures)
    classes = Counter(label for _, label in pictures)
    names = _forgeries(pictures)
    rest: dict[str, list[str]] = {}
    for name in {name for name, _ in pictures} - names.keys():
        if celebrity := CELEBRITY.match(name):
            names[name] = "_".join(celebrity.groups())
        elif left := prefixes(name):
            rest[name] = left
    while rest:
        members = [(rest[name][-1], label) for name, label in pictures if name in rest]
        accepted = _clips_among(members, classes)
        for name, left in rest.items():
            *longer, prefix = left
            number = (longer[-1] if longer else name)[len(prefix) :]
            if prefix in accepted or ("frame" in number.lower() and is_numbered(prefix)):
                names[name] = prefix
        rest = {
            name: left[:-1] for name, left in rest.items() if len(left) > 1 and name not in names
        }
    return names


def _forgeries(pictures: Sequence[tuple[str, int]]) -> dict[str, str]:
    """Return target and source of the forged names that have both, `000_003_0014` -> `000_003`.

    Where the target's frames are there, `000_0014`, and no real name has three numbers: elsewhere
    `000_014_00` may be a face of frame 14.
    """
    real = {name for name, label in pictures if not label}
    if any(map(_FORGERY.match, real)):
        return {}
    targets = {prefix for name in real for prefix in prefixes(name)}
    forged = {name: _FORGERY.match(name) for name, label in pictures if label}
    return {name: pair[1] for name, pair in forged.items() if pair and pair[1][:3] in targets}


def _clips_among(members: Sequence[tuple[str, int]], classes: Counter[int]) -> set[str]:
    """Return the prefixes that stand for clips, of the (prefix, label) of each picture."""
    sizes = Counter(prefix for prefix, _ in members)
    around: Counter[str] = Counter()  # pictures of the classes in which a prefix stands
    for prefix, label in set(members):
        around[prefix] += classes[label]
    accepted = set()
    for numbered in (True, False):
        kind = [
            prefix for prefix in sizes if is_numbered(prefix) == numbered and not _is_words(prefix)
        ]
        most = max(4 * len(kind), _MOST_FRAMES if numbered else 0)
        if len(kind) >= _FEWEST_CLIPS and sum(sizes[name] for name in kind) <= most * len(kind):
            accepted |= {
                prefix for prefix in kind if 1 < sizes[prefix] <= _LARGEST_SHARE * around[prefix]
            }
    return accepted


def _is_words(prefix: str) -> bool:
    """Return whether a name has none but usual words, such as `train_real` or `face2face`."""
    return set(re.split("[ _.-]+", prefix.lower())) <= _WORDS


def is_numbered(prefix: str) -> bool:
    """Return whether a name has a digit."""
    return any(sign.isdigit() for sign in prefix)
