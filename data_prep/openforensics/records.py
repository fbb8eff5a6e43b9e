"""The group pictures of a release on their way into records, and what was found on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data_prep.checks.complete import PreparationError, check_skipped
from data_prep.media.pictures import BadPictureError
from data_prep.openforensics.annotations import AnnotatedPicture, read_annotations
from data_prep.openforensics.crops import Face, PictureFaces, read_faces
from data_prep.openforensics.release import Release, ReleaseSplit
from data_prep.prepared.card import Seen
from data_prep.running.in_order import in_order
from data_prep.running.unfinished import Kept
from data_prep.schema import FAKE, LABELS, record
from data_prep.source.arrange import text_of


@dataclass
class Reading:
    """Reads the pictures of a release, split by split; of annotations one split's at a time.

    Attributes:
        release: where they lie.
        size: the side of the crops.
        skip_limit: how many pictures and faces may be left out.
        kept: the pictures that an interrupted preparation of this very set has done.
        on_progress: called with (pictures done, pictures in all).
        seen: what was written.
        skipped: (picture or face, reason) of those left out.
        without_faces: pictures that are annotated with no face.
        without_annotation: files that no annotation names.
        without_mask: forged faces without a polygon in their crop.
        done: pictures done, of those on the disk.
    """

    release: Release
    size: int
    skip_limit: int
    kept: Kept[PictureFaces]
    on_progress: Callable[[int, int], None] | None = None
    seen: list[Seen] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    without_faces: int = 0
    without_annotation: int = 0
    without_mask: int = 0
    done: int = 0

    def records(self, split: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yields (key, record) of one split; what cannot be used is left out, up to the limit.

        Raises:
            AnnotationsError: the split's annotations are wrong.
            PreparationError: more than the limit cannot be used, or nothing of the split can.
        """
        of = next(of for of in self.release.splits if of.split == split)
        before = len(self.seen)
        pictures = self._pictures(of)
        for picture, found in in_order(lambda picture: self._read(of, picture), pictures):
            name = _key(of, picture.name)
            if isinstance(found, BadPictureError):
                self._skip(name, f"{found}; it has {len(picture.faces)} faces")
            else:
                for number, reason in found.outside:
                    self._skip(f"{name}/{number}", reason)
                for face in found.faces:
                    key = f"{name}/{face.id}"
                    self.without_mask += face.label == FAKE and face.picture.mask is None
                    self.seen.append(_seen(key, name, split, face, found.conversion))
                    yield key, _record(key, name, face)
            self._count(1)
        if len(self.seen) == before:
            example = f", for example {': '.join(self.skipped[-1])}" if self.skipped else ""
            raise PreparationError(
                f"the split {of.release} of {self.release.root} is empty: none of its faces can "
                f"be used{example}"
            )

    def keys(self) -> list[str]:
        """The names in the set of all pictures on the disk."""
        return [_key(of, name) for of in self.release.splits for name in of.files]

    def notes(self) -> list[str]:
        """What the data card should say of pictures without faces and faces without masks."""
        counted = (
            (self.without_faces, "annotated pictures have no face"),
            (self.without_annotation, "pictures are not named by the annotations"),
            (self.without_mask, "forged faces have no mask: no polygon meets their crop"),
        )
        return [f"{number} {what}" for number, what in counted if number]

    def _pictures(self, of: ReleaseSplit) -> list[AnnotatedPicture]:
        """The annotated pictures of a split that have faces and are there."""
        annotations = read_annotations(of.annotations)
        for annotation, reason in annotations.without_picture:
            self._skip(f"{of.release}: {annotation}", reason)
        there, unused = [], set(of.files)
        for picture in annotations.pictures:
            unused.discard(picture.name)
            if not picture.faces:
                self.without_faces += 1
            elif picture.name in of.files:
                there.append(picture)
            elif picture.name:
                reason = (
                    f"no such picture lies below a folder {of.release} of {self.release.root}; it "
                    f"has {len(picture.faces)} faces"
                )
                self._skip(_key(of, picture.name), reason)
            else:
                self._skip(f"{of.release}: image {picture.id}", "its file_name names no file")
        self.without_annotation += len(unused)
        self._count(len(of.files) - len(there))
        return there

    def _read(self, of: ReleaseSplit, picture: AnnotatedPicture) -> PictureFaces | BadPictureError:
        path = self.release.root / Path(of.files[picture.name].name)
        try:
            return self.kept.get_or(
                _key(of, picture.name),
                lambda: read_faces(path, picture.size, picture.faces, self.size),
            )
        except BadPictureError as error:
            return error

    def _skip(self, name: str, reason: str) -> None:
        self.skipped.append((text_of(name), reason))
        check_skipped(self.skipped, self.skip_limit, "pictures or faces")

    def _count(self, pictures: int) -> None:
        self.done += pictures
        if self.on_progress is not None and pictures:
            self.on_progress(self.done, sum(len(of.files) for of in self.release.splits))


def _key(of: ReleaseSplit, picture: str) -> str:
    """The picture's name in the set: the release's split keeps names of two splits apart."""
    return f"{of.release}/{picture}"


def _seen(key: str, picture: str, split: str, face: Face, conversion: str | None) -> Seen:
    return Seen(
        key=key,
        split=split,
        label=face.label,
        group=picture,
        file_sha256=face.picture.content_sha256,
        pixels_sha256=face.picture.pixels_sha256,
        conversion=conversion,
        perceptual_hash=face.picture.perceptual_hash,
        method=LABELS[face.label],
    )


def _record(key: str, picture: str, face: Face) -> dict[str, Any]:
    return record(
        key=key,
        image=face.picture.image,
        label=face.label,
        method=LABELS[face.label],
        group=picture,
        video=picture,
        mask=face.picture.mask,
    )
