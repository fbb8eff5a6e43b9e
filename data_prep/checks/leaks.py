"""Pictures that a test would share with the training, and pictures with two labels.

Four things lead from one split into another: a group that stands in both, a clip whose frames by
their names do, a picture that is identical by its pixels, and one that is nearly so by its
perceptual hash. What the program's own split divides so is an error, but for clips that the user's
groups divide; what was given is a warning, or an error too where that is asked for.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from data_prep.checks.clips import CELEBRITY, clips, stem
from data_prep.checks.complete import Grouped, crossing_groups
from data_prep.checks.crossings import Crossing, Leaks, own, refuse_leaks
from data_prep.checks.near_pictures import nearest_in
from data_prep.checks.pairs import original_groups
from data_prep.media.perceptual_hash import as_words
from data_prep.schema import SPLITS


class Named(Grouped, Protocol):
    """A picture with its name."""

    @property
    def key(self) -> str:
        """Unique in the set: folders and name."""
        ...


class Hashed(Named, Protocol):
    """What is known of a picture when leaks are looked for."""

    @property
    def pixels_sha256(self) -> str:
        """Equal for equal pixels."""
        ...

    @property
    def perceptual_hash(self) -> bytes | None:
        """By `data_prep.media.perceptual_hash`; None where there is none."""
        ...


def check_leaks(
    pictures: Sequence[Hashed],
    *,
    made_splits: Collection[str] = (),
    strict: bool = False,
    remedy: str = "",
) -> Leaks:
    """Look for leaks and refuse those that are not allowed.

    Args:
        pictures: all pictures of the set.
        made_splits: the splits that the program itself divided its pictures into, for example
            all three, or `train` and `validation` where the test was given; none where all were
            given. What stands in two of these is an error.
        strict: whether every leak is an error.
        remedy: see `data_prep.checks.crossings.refuse_leaks`.

    Returns:
        The leaks, to be warned of (`leak_warnings`).

    Raises:
        PreparationError: a leak of the program's own split, or any if `strict`; the text lists
            them.
    """
    leaks = find_leaks(pictures)
    refuse_leaks(leaks if strict else own(leaks, made_splits), strict=strict, remedy=remedy)
    return leaks


def find_leaks(pictures: Sequence[Hashed]) -> Leaks:
    """Find groups and pictures that cross splits, and pictures with two labels."""
    copies = [same for same in _same_pixels(pictures).values() if len(same) > 1]
    across = [same for same in copies if len({picture.split for picture in same}) > 1]
    two_labels = [same for same in copies if len({picture.label for picture in same}) > 1]
    return Leaks(
        groups=_groups(pictures),
        identical=tuple(sorted(map(_identical, across), key=lambda crossing: crossing.names)),
        near=tuple(_near(pictures, {same[0].pixels_sha256 for same in across})),
        two_labels=tuple(
            sorted(tuple(sorted(picture.key for picture in same)) for same in two_labels)
        ),
        within_a_split=sum(len(same) - len({picture.split for picture in same}) for same in copies),
        clips=crossing_clips(pictures),
    )


def crossing_clips(pictures: Sequence[Named]) -> tuple[Crossing, ...]:
    """Return the clips whose frames, by their names, stand in more than one split.

    A forgery's frames count with those of the originals that its name gives (`000_003`). Not
    those that are whole groups, and of other names not those of which two splits hold a frame of
    the same name: such clips are numbered anew in each split.
    """
    names = clips((stem(picture.key), picture.label) for picture in pictures)
    clip_of = [names.get(stem(picture.key), stem(picture.key)) for picture in pictures]
    joined = original_groups(
        (clip, picture.label) for clip, picture in zip(clip_of, pictures, strict=True)
    )
    whole = set(joined.values())
    frames: defaultdict[tuple[str, int | None], list[Named]] = defaultdict(list)
    for clip, picture in zip(clip_of, pictures, strict=True):
        group = joined.get(clip, clip)
        if group in whole or CELEBRITY.fullmatch(group):
            frames[group, None].append(picture)
        elif stem(picture.key) in names:
            frames[group, picture.label].append(picture)
    return tuple(
        Crossing((clip,), _splits(same), len(same))
        for (clip, label), same in sorted(
            frames.items(), key=lambda item: (item[0][0], str(item[0][1]))
        )
        if len({picture.split for picture in same}) > 1
        and len({picture.group for picture in same}) > 1
        and (label is None or not _begins_anew(same))
    )


def _begins_anew(frames: Iterable[Named]) -> bool:
    """Return whether two splits hold a frame of the same name."""
    names = {(stem(picture.key), picture.split) for picture in frames}
    return len({name for name, _ in names}) < len(names)


def _same_pixels(pictures: Iterable[Hashed]) -> Mapping[str, list[Hashed]]:
    copies: defaultdict[str, list[Hashed]] = defaultdict(list)
    for picture in pictures:
        copies[picture.pixels_sha256].append(picture)
    return copies


def _groups(pictures: Sequence[Hashed]) -> tuple[Crossing, ...]:
    crossing = crossing_groups(pictures)
    sizes = Counter(picture.group for picture in pictures if picture.group in crossing)
    return tuple(Crossing((group,), splits, sizes[group]) for group, splits in crossing.items())


def _identical(same: Sequence[Hashed]) -> Crossing:
    return Crossing(tuple(sorted(picture.key for picture in same)), _splits(same), len(same))


def _splits(pictures: Iterable[Grouped]) -> tuple[str, ...]:
    present = {picture.split for picture in pictures}
    return tuple(split for split in SPLITS if split in present)


def _near(pictures: Sequence[Hashed], identical: Collection[str]) -> Iterator[Crossing]:
    """Yield pictures with a near one in an earlier split, by split and key."""
    hashed = {
        split: sorted(
            (
                picture
                for picture in pictures
                if picture.split == split and picture.perceptual_hash is not None
            ),
            key=lambda picture: picture.key,
        )
        for split in SPLITS
    }
    words = {
        split: as_words([picture.perceptual_hash or b"" for picture in ordered])
        for split, ordered in hashed.items()
    }
    for number, split in enumerate(SPLITS):
        earlier = SPLITS[:number]
        partners = [nearest_in(words[before], words[split]) for before in earlier]
        for place, picture in enumerate(hashed[split]):
            rows = [(before, rows[place]) for before, rows in zip(earlier, partners, strict=True)]
            near = [(before, row) for before, row in rows if row >= 0]
            if near and picture.pixels_sha256 not in identical:
                names = (picture.key, *(hashed[before][row].key for before, row in near))
                yield Crossing(names, (*(before for before, _ in near), split), len(names))
