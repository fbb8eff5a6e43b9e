"""Readers of what people have: pictures, videos, lists, indexes, boxes, prepared sets."""

import gzip
import io
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from data_prep.celebdf.testing_list import read_testing_list
from data_prep.checks.complete import PreparationError
from data_prep.deepfakebench.index import read_index
from data_prep.dfdc.metadata import read_metadata
from data_prep.dfdc.preview import read_preview
from data_prep.faceforensics.splits import read_splits
from data_prep.faces.boxes import FaceBoxesError, read_faces
from data_prep.faces.landmarks import LandmarksError, read_landmarks, read_landmarks_of_folder
from data_prep.faces.regions import FaceRegionsError, read_face_regions
from data_prep.media.containers import BadVideoError
from data_prep.media.headers import header_remarks
from data_prep.media.pictures import BadPictureError, read_picture
from data_prep.media.streaming import stream_frames
from data_prep.openforensics.annotations import AnnotationsError, read_annotations
from data_prep.prepared.card import make_card, read_card, write_card
from data_prep.prepared.records import write_records
from data_prep.schema import LABELS, record
from data_prep.source.manifest import arrange_rows, read_manifest, stat_files
from data_prep.videos.detection.store import opened_store
from data_prep.videos.label_rows import read_label_rows
from jaxticket.data import RegionsError, load_examples, read_regions
from jaxticket.data.prepared import NotPreparedError, PreparedSet, open_prepared, records
from jaxticket.decoding import UndecodableError, decode_mask, decode_square
from tests.data_prep.media.clips import CLIPS, write_clip
from tests.data_prep.openforensics.release_files import coco, face, image
from tests.data_prep.prepared.test_card import WHOLE
from tests.fuzz.reader import Reader

Made = tuple[Path, list[bytes]]
PICTURES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("RGB", "jpeg", {}), ("RGB", "jpeg", {"progressive": True}), ("L", "jpeg", {}),
    ("CMYK", "jpeg", {}), ("RGB", "png", {}), ("P", "png", {}), ("RGBA", "png", {}),
    ("I;16", "png", {}), ("1", "png", {}), ("RGB", "webp", {"lossless": True}), ("RGB", "bmp", {}),
    ("RGB", "webp", {}), ("RGB", "tiff", {}), ("P", "gif", {}),
)  # fmt: skip
"""Mode, format and options of pictures."""
FRAMES = 3


@cache
def pictures() -> list[bytes]:
    """Return small pictures of all kinds, encoded."""
    pixels = np.random.default_rng(0).integers(0, 256, (16, 16, 3), np.uint8)
    encoded = []
    for mode, kind, options in PICTURES:
        out = io.BytesIO()
        made = Image.fromarray(pixels)
        if mode == "I;16":
            made = Image.fromarray(pixels[..., 0].astype(np.uint16) * 257)
        elif made.mode != mode:
            made = made.convert(mode)
        made.save(out, kind, **options)
        encoded.append(out.getvalue())
    return encoded


@cache
def videos() -> list[bytes]:
    """Return short videos of all kinds, as bytes."""
    frames = np.random.default_rng(1).integers(0, 256, (FRAMES, 16, 16, 3), np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        for name, kind in CLIPS.items():
            write_clip(Path(folder) / name, frames, kind)
        return [(Path(folder) / name).read_bytes() for name in CLIPS]


def alone(name: str, *contents: Any) -> Callable[[Path], Made]:
    """Return what makes a file with nothing beside it, of texts or of what becomes JSON."""
    encoded = [(each if isinstance(each, str) else json.dumps(each)).encode() for each in contents]
    return lambda folder: (folder / name, encoded)


def _picture(folder: Path) -> Made:
    return folder / "a.png", pictures()


def _video(folder: Path) -> Made:
    return folder / "a.mp4", videos()


def _read_video(path: Path) -> None:
    header_remarks(path)
    for _ in stream_frames(path, count()):
        pass


def _read_square(path: Path) -> None:
    for decode in (decode_square, decode_mask):
        decode(path.read_bytes(), 8)


def _splits(folder: Path) -> Made:
    root = folder.resolve()
    (root / "splits").mkdir()
    for split, pairs in {"train": [["071", "054"]], "val": [["000", "003"]], "test": []}.items():
        (root / "splits" / f"{split}.json").write_text(json.dumps(pairs))
    return root / "splits" / "test.json", [b'[["002", "001"], ["004", "005"]]']


def _manifest(folder: Path) -> Made:
    (folder / "real").mkdir()
    (folder / "real" / "a.png").write_bytes(pictures()[4])
    rows = "real/a.png,0,train,v,3,real,c23,p\nfake/b.png,1,test,w,0,Swap,c40,q\n"
    return folder / "list.csv", [
        f"path,label,split,video,frame,method,compression,group\n{rows}".encode(),
        b"file,label\nreal/a.png,real\nfake/b.png,fake\n",
        b"path,label,label_str\nreal/a.png,1,real\nb.png,0,fake\n",
    ]


def _read_manifest(path: Path) -> None:
    found = read_manifest(path)
    arrange_rows(found)
    stat_files(found)


def _testing_list(folder: Path) -> Made:
    return folder.resolve() / "List_of_testing_videos.txt", [
        b"1 YouTube-real/00170.mp4\n0 Celeb-synthesis/id1_id0_0007.mp4\n1 Celeb-real/id0_0001.mp4\n"
    ]


def _card(folder: Path) -> Made:
    card = make_card(WHOLE, name="n", source="s", methods=("real",), skipped=[("z", "empty file")])
    write_card(card, folder)
    return folder / "data_card.json", [(folder / "data_card.json").read_bytes()]


def _regions(folder: Path) -> Made:
    corners = [[0, 0], [0.5, 0], [0.5, 1]]
    content = {"format": "regions/1", "regions": ["mouth"], "of": {"a": {"mouth": [corners]}}}
    return folder / "regions.json.gz", [gzip.compress(json.dumps(content).encode(), mtime=0)]


def _read_regions(path: Path) -> None:
    prepared = PreparedSet("n", path.parent, "f", False, ("real",), {"train": 1})
    if (found := read_regions(prepared)) is not None:
        found.masks(["a"], 8)


def _landmarks(folder: Path) -> Made:
    contents = []
    for points in (np.zeros((68, 2)), np.arange(162, dtype=np.int32).reshape(81, 2)):
        out = io.BytesIO()
        np.save(out, points)
        contents.append(out.getvalue())
    return folder / "a.npy", contents


def _read_store(path: Path) -> None:
    with opened_store(path) as store:
        store.write()


def _described(name: str) -> Callable[[Path], Made]:
    """Return what makes a prepared set, of which one file is changed."""

    def make(folder: Path) -> Made:
        def of_split(split: str) -> Iterator[tuple[str, dict[str, Any]]]:
            made = record(key=split, image=pictures()[4], label=0, method="real", group=split,
                          video=split, mask=pictures()[5])  # fmt: skip
            yield split, made

        version = write_records("picture_folder", folder / "set", "some", LABELS, of_split)
        return version / name, [(version / name).read_bytes()]

    return make


def _open(path: Path) -> None:
    prepared = open_prepared(path.parent)
    for split in prepared.splits:
        list(records(prepared, split))


def _load(path: Path) -> None:
    prepared = open_prepared(path.parent)
    examples = load_examples(prepared, "train", 8)
    examples.masks(range(len(examples)))


_VIDEO = {"label": "FF-DF", "frames": ["a/b.png"], "masks": ["c/d.png"]}
_INDEX = {"N": {"FF-DF": {"train": {"c23": {"000_003": _VIDEO}, "c40": {}}, "val": {}},
                "x_Real": {"test": {"7": {"frames": [r"D:\a\1.png", "/a/2.png"]}}}}}  # fmt: skip
_METADATA = {
    "a.mp4": {"label": "FAKE", "split": "train", "original": "b.mp4"},
    "b.mp4": {"label": "REAL", "split": "train"},
    "c.mp4": {"is_fake": 1, "augmentations": {"blur": 3}},
}
_PREVIEW = {
    "original_videos/1/1_A_001.mp4": {"label": "real", "set": "train", "target_id": "1",
                                      "swapped_id": None, "augmentations": []},
    "method_A/1/1_A/2_1_A_001.mp4": {"label": "fake", "set": "test", "target_id": 1,
                                     "swapped_id": 2, "augmentations": ["low"]},
}  # fmt: skip
_COCO = coco(
    [image(4, "Images/Val/a.jpg"), image(0, "b.jpg")],
    [face(1, 0, 1), face(2, 4, 0, segmentation=[[1, 2, 3, 4, 5, 6.5]])],
)
_FACE_REGIONS = {
    "format": "face_regions/1", "regions": ["eyes", "nose"],
    "videos": {"youtube/000": [{"eyes": [[[1, 2], [5, 2.5], [3, -7]]]}, None]},
    "faces": {"Train/a.jpg/7": {"nose": [[[1, 2], [5, 2.5], [3, -7]]]}},
}  # fmt: skip
_BOXES = {
    "format": "face_boxes/1", "videos": {"a": [[1, 2, 30, 40], None, [2, 2, 30, 40]],
                                         "b": {"7": [1, 2, 3, 4]}},
}  # fmt: skip
_MORE_BOXES = _BOXES | {"others": {"a": [[None, [5, 6, 7, 8]]]}}
_POINTS = {"014.png": [[n, 2.5] for n in range(68)]}

READERS = {
    "picture": Reader(_picture, read_picture, (BadPictureError, OSError), "picture", 2),
    "picture of a record": Reader(_picture, _read_square, (UndecodableError,), "picture", 2),
    "video": Reader(_video, _read_video, (BadVideoError, OSError), "bytes", 4),
    "openforensics annotations": Reader(
        alone("Val_poly.json", _COCO), read_annotations,
        (AnnotationsError, PreparationError, OSError), "json",
    ),
    "deepfakebench index": Reader(
        alone("x.json", _INDEX), lambda path: read_index(path, Counter()),
        (PreparationError, OSError), "json",
    ),
    "dfdc metadata": Reader(
        alone("metadata.json", _METADATA), read_metadata, (PreparationError, OSError), "json"
    ),
    "dfdc preview": Reader(
        alone("dataset.json", _PREVIEW), read_preview, (PreparationError, OSError), "json"
    ),
    "dfdc labels": Reader(
        alone("labels.csv", "filename,label\na.mp4,1\nb.mp4,0\n",
              "name,label,split\na.mp4,fake,train\nb.mp4,real,test\n"),
        read_label_rows, (PreparationError, OSError), "table",
    ),
    "faceforensics splits": Reader(
        _splits, lambda path: read_splits(path.parents[1]), (PreparationError, OSError), "json"
    ),
    "celebdf list": Reader(
        _testing_list, lambda path: read_testing_list(path.parent), (PreparationError, OSError),
        "lines",
    ),
    "manifest": Reader(_manifest, _read_manifest, (PreparationError, OSError), "table"),
    "face boxes": Reader(
        alone("face_boxes.json", _BOXES, _MORE_BOXES), read_faces, (FaceBoxesError, OSError),
        "json",
    ),
    "face regions": Reader(
        alone("face_regions.json", _FACE_REGIONS), read_face_regions, (FaceRegionsError, OSError),
        "json",
    ),
    "face boxes found": Reader(
        alone("boxes.json", _BOXES | {"found_in": {"a": ["a.mp4", 1, 2, "upright"]}}), _read_store,
        (FaceBoxesError, OSError), "json",
    ),
    "landmarks": Reader(_landmarks, read_landmarks, (LandmarksError,), "bytes"),
    "landmarks of a folder": Reader(
        alone("landmarks.json", _POINTS), read_landmarks_of_folder, (LandmarksError,), "json"
    ),
    "prepared card": Reader(
        _card, lambda path: read_card(path.parent), (PreparationError, OSError), "json"
    ),
    "prepared features": Reader(
        _described("features.json"), _open, (NotPreparedError, OSError), "json", 20
    ),
    "prepared info": Reader(
        _described("dataset_info.json"), _open, (NotPreparedError, OSError), "json", 20
    ),
    "prepared records": Reader(
        _described("picture_folder-train.array_record-00000-of-00001"), _load,
        (NotPreparedError, UndecodableError, OSError), "records", 20,
    ),
    "prepared regions": Reader(_regions, _read_regions, (RegionsError,), "gzip"),
}  # fmt: skip
