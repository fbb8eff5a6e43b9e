"""The group pictures of a release on their way into records, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from data_prep.checks.complete import warn_not_forged
from data_prep.media.pictures import BadPictureError
from data_prep.openforensics.annotations import AnnotatedPicture, read_annotations
from data_prep.openforensics.crops import PictureFaces, read_faces
from data_prep.openforensics.release import Release, ReleaseSplit
from data_prep.prepared.card import Seen
from data_prep.running.pieces import Pieces
from data_prep.running.preparation import OnProgress, Preparation, Sample, Skipped
from data_prep.schema import FAKE, LABELS
from data_prep.source.layout import text_of


class _Placed(NamedTuple):
    """An annotated picture that has faces and is there, in its split of the release."""

    split: ReleaseSplit
    picture: AnnotatedPicture


@dataclass
class ReleaseCrops:
    """The face crops of a release, and how many pictures and masks are missing.

    Attributes:
        release: where the pictures lie. Of annotations one split's are in memory at a time.
        size: the side of the crops.
        without_faces: pictures that are annotated with no face.
        without_annotation: files that no annotation names.
        without_mask: forged faces without a polygon.
        not_forged: keys of forged faces whose polygons have no pixel in their crop.
    """

    release: Release
    size: int
    without_faces: int = 0
    without_annotation: int = 0
    without_mask: int = 0
    not_forged: list[str] = field(default_factory=list)

    def preparation(
        self, pieces: Pieces[PictureFaces], skip_limit: int, on_progress: OnProgress | None
    ) -> Preparation[_Placed, PictureFaces]:
        """Return the preparation of the set: a picture is an item."""
        return Preparation(
            root=self.release.root,
            sizes={split.split: len(split.files) for split in self.release.splits},
            items=self._items,
            name=lambda placed: _name(*placed),
            read=self._read,
            samples=self._samples,
            kind="pictures or faces",
            skip_limit=skip_limit,
            pieces=pieces,
            on_progress=on_progress,
        )

    def notes(self) -> list[str]:
        """Return what the data card should say of pictures without faces, faces without masks."""
        counted = (
            (self.without_faces, "annotated pictures have no face"),
            (self.without_annotation, "pictures are not named by the annotations"),
            (self.without_mask, "forged faces have no mask: they are annotated with no polygon"),
        )
        return [f"{number} {what}" for number, what in counted if number]

    def warnings(self) -> list[str]:
        """Return what should be looked at: forged faces in whose crop nothing is forged."""
        return warn_not_forged(self.not_forged)

    def _items(self, name: str) -> list[_Placed | Skipped]:
        """List the annotated pictures of a split that have faces; none where it is not there.

        Raises:
            AnnotationsError: the split's annotations are wrong.
        """
        split = next((split for split in self.release.splits if split.split == name), None)
        if split is None:
            return []
        annotations = read_annotations(split.annotations)
        items: list[_Placed | Skipped] = [
            Skipped(text_of(f"{split.release}: {annotation}"), reason)
            for annotation, reason in annotations.without_picture
        ]
        for picture in annotations.pictures:
            if not picture.faces:
                self.without_faces += 1
            elif picture.name in split.files:
                items.append(_Placed(split, picture))
            elif picture.name:
                reason = (
                    f"no such picture lies below a folder {split.release} of {self.release.root}; "
                    f"it has {len(picture.faces)} faces"
                )
                items.append(Skipped(_name(split, picture), reason))
            else:
                image = f"{split.release}: image {picture.id}"
                items.append(Skipped(text_of(image), "its file_name names no file"))
        named = {picture.name for picture in annotations.pictures}
        self.without_annotation += len(split.files.keys() - named)
        return items

    def _read(self, placed: _Placed) -> PictureFaces:
        split, picture = placed
        path = self.release.root / split.files[picture.name].name
        try:
            return read_faces(path, picture.size, picture.faces, self.size)
        except BadPictureError as error:
            raise BadPictureError(f"{error}; it has {len(picture.faces)} faces") from None

    def _samples(self, placed: _Placed, read: PictureFaces) -> Iterator[Sample | Skipped]:
        split, picture = placed
        name = f"{split.release}/{picture.name}"
        for number, reason in read.outside:
            yield Skipped(text_of(f"{name}/{number}"), reason)
        annotated = {face.id: face for face in picture.faces}
        for number, face in read.faces.items():
            label = annotated[number].label
            if label == FAKE and face.mask is None:
                if annotated[number].polygons:
                    self.not_forged.append(text_of(f"{name}/{number}"))
                else:
                    self.without_mask += 1
            seen = Seen(
                key=f"{name}/{number}",
                split=split.split,
                label=label,
                group=name,
                file_sha256=face.content_sha256,
                pixels_sha256=face.pixels_sha256,
                conversion=read.conversion,
                perceptual_hash=face.perceptual_hash,
                method=LABELS[label],
            )
            yield Sample(seen, face.image, video=name, mask=face.mask)


def _name(split: ReleaseSplit, picture: AnnotatedPicture) -> str:
    """Return the picture's name in the set: the release's split keeps two splits' names apart."""
    return text_of(f"{split.release}/{picture.name}")
