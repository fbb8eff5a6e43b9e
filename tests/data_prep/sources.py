"""A small source of every data set, and what is to be known of it by the tests that all share."""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_prep.celebdf import open_celebdf
from data_prep.deepfakebench import open_deepfakebench
from data_prep.dfdc import open_dfdc
from data_prep.faceforensics import open_faceforensics
from data_prep.faceforensics.actors import split_actors
from data_prep.faces.boxes import write_face_boxes
from data_prep.folder import open_pictures, prepare_pictures
from data_prep.folder.source import PictureSource
from data_prep.media.video import write_mask_video
from data_prep.openforensics import prepare_openforensics
from data_prep.videos import VideoOptions, VideoSet, prepare_videos
from data_prep.videos_split import open_videos_split
from tests.data_prep.deepfakebench import crops
from tests.data_prep.openforensics.release_files import write_picture, write_release
from tests.data_prep.videos.pixels import FRAMES, masks_of
from tests.data_prep.videos.trees import BOX, write_videos

Prepare = Callable[..., Path]
"""Prepares a source in a data folder; takes skip_limit, strict and on_progress."""


@dataclass(frozen=True)
class DataSet:
    """A data set as the tests know it.

    Attributes:
        command: `python -m data_prep.COMMAND`.
        folder: of its prepared sets.
        write: writes the source.
        prepare: see `Prepare`.
        options: of the command, so that it prepares the same.
        items: how many progress counts.
        methods: of its card.
        pictures: split -> numbers of real and of fake pictures.
        damaged: a file whose item can be left out.
        leak: (file, file in another split), which hold one picture when it is copied.
        test: patterns of all files of the test split.
        has_pieces: whether items that are done are kept when it is killed.
        layout: which of several layouts of the data set it is; empty for the usual one.
    """

    command: str
    folder: str
    write: Callable[[Path], None]
    prepare: Prepare
    options: tuple[str, ...]
    items: int
    methods: tuple[str, ...]
    pictures: Mapping[str, tuple[int, int]]
    damaged: str
    leak: tuple[str, str]
    test: tuple[str, ...]
    has_pieces: bool = True
    layout: str = ""

    @property
    def name(self) -> str:
        """Its name in the tests' names."""
        return f"{self.command}-{self.layout}" if self.layout else self.command


def prepare_with(open_set: Callable[[Path], VideoSet]) -> Prepare:
    def prepare(source: Path, out: Path, *, on_progress: Any = None, **options: Any) -> Path:
        chosen = VideoOptions(frames=1, real_frames=2, size=16, **options)
        return prepare_videos(open_set(source), out, options=chosen, on_progress=on_progress)

    return prepare


def prepare_pictures_with(open_set: Callable[[Path], PictureSource]) -> Prepare:
    return lambda source, out, **options: prepare_pictures(open_set(source), out, **options)


def write_celebdf(root: Path) -> None:
    real = [f"Celeb-real/id{n}_0000" for n in range(6)] + ["YouTube-real/00170"]
    fake = [f"Celeb-synthesis/id{n}_id1{n}_0000" for n in range(6)]
    write_videos(root, real + fake, boxes_of=real, frames={})
    test = ("1 YouTube-real/00170", "1 Celeb-real/id5_0000", "0 Celeb-synthesis/id5_id15_0000")
    (root / "List_of_testing_videos.txt").write_text("".join(f"{line}.mp4\n" for line in test))


def write_celebdf_of_methods(root: Path) -> None:
    """Celeb-DF++: a folder a family, in it one a method; a talking face names no source."""
    people = [f"id{n}_0000" for n in range(6)]
    real = [f"Celeb-real/{clip}" for clip in people] + ["YouTube-real/00170"]
    swapped = [f"Celeb-synthesis/FaceSwap/Celeb-DF/id{n}_id1{n}_0000" for n in range(6)]
    swapped += [f"Celeb-synthesis/FaceSwap/SimSwap/id{n}_id2{n}_0000" for n in range(6)]
    reenacted = [f"Celeb-synthesis/FaceReenact/LIA/id{n}_id1{n}_0000" for n in range(6)]
    talking = [f"Celeb-synthesis/TalkingFace/FLOAT/id{n}_0000_test_0001" for n in range(6)]
    moving = [*reenacted, *talking]
    write_videos(root, [*real, *swapped, *moving], boxes_of=[*real, *moving], frames={})
    test = [name for name in (*real, *swapped, *moving) if "/id5_" in name or "/00170" in name]
    lines = [f"{int('real' in name)} {name}.mp4\n" for name in test]
    (root / "List_of_testing_videos.txt").write_text("".join(lines))


def write_celebdf_with_csv(root: Path) -> None:
    """A CSV in place of the official list: there 0 is real."""
    write_celebdf(root)
    official = root / "List_of_testing_videos.txt"
    rows = [line.split(" ") for line in official.read_text().splitlines()]
    lines = [f"{n},{name},{1 - int(real)}\r\n" for n, (real, name) in enumerate(rows)]
    (root / "test_videos.csv").write_bytes(f",filename,label\r\n{''.join(lines)}".encode())
    official.unlink()


def write_deepfakebench(root: Path) -> None:
    crops.write_faceforensics(root)
    crops.write_index(root, "tiny", crops.faceforensics_index(root, prefix=crops.WINDOWS))


def write_dfdc(root: Path) -> None:
    described = {}
    for split in ("train", "validation", "test"):
        for name in "ab":
            original = f"{split}_{name}.mp4"
            described[original] = {"label": "REAL", "split": split}
            described[f"f{original}"] = {"label": "FAKE", "split": split, "original": original}
    names = [f"part/{name.removesuffix('.mp4')}" for name in described]
    originals = [name for name in names if "/f" not in name]
    write_videos(root, names, boxes_of=originals, frames={})
    (root / "part/metadata.json").write_text(json.dumps(described))


def write_dfdc_with_test(root: Path) -> None:
    """Train parts below `train`, and the public test, which names no originals."""
    described: dict[str, Any] = {}
    for n in range(6):
        described[f"r{n}.mp4"] = {"label": "REAL", "split": "train"}
        described[f"f{n}.mp4"] = {"label": "FAKE", "split": "train", "original": f"r{n}.mp4"}
    part = "train/dfdc_train_part_0"
    trained = [f"{part}/{name.removesuffix('.mp4')}" for name in described]
    tested = [f"test/{name}" for name in ("aalscayrfi", "abcdefghij", "zyxwvutsrq")]
    originals = [name for name in trained if "/r" in name]
    write_videos(root, [*trained, *tested], boxes_of=[*originals, *tested], frames={})
    (root / part / "metadata.json").write_text(json.dumps(described))
    labels = {"aalscayrfi.mp4": 0, "abcdefghij.mp4": 1, "zyxwvutsrq.mp4": 1}
    said = {name: {"is_fake": fake, "augmentations": {}} for name, fake in labels.items()}
    (root / "test/metadata.json").write_text(json.dumps(said))
    rows = "".join(f"{name},{fake}\n" for name, fake in labels.items())
    (root / "test/labels.csv").write_text(f"filename,label\n{rows}")


def write_dfdc_preview(root: Path) -> None:
    """People who are seen in one split only: 0 to 5 in train, 6 and 7 in the test."""
    described: dict[str, Any] = {}
    for n in range(8):
        split, other = ("train", (n + 1) % 6) if n < 6 else ("test", 13 - n)
        said = {"set": split, "target_id": str(n), "augmentations": []}
        real = {"label": "real", "swapped_id": None}
        fake = {"label": "fake", "swapped_id": str(other)}
        described[f"original_videos/{n}/{n}_A_001.mp4"] = said | real
        for method in ("method_A", "method_B"):
            described[f"{method}/{n}/{n}_A/{other}_{n}_A_001.mp4"] = said | fake
    names = [name.removesuffix(".mp4") for name in described]
    write_videos(root, names, boxes_of=names, frames={})
    (root / "dataset.json").write_text(json.dumps(described))


def write_faceforensics(root: Path) -> None:
    pairs = {"train": [("000", "003")], "val": [("004", "001")], "test": [("002", "005")]}
    videos, boxes = [], {}
    (root / "splits").mkdir(parents=True)
    for split, names in pairs.items():
        (root / f"splits/{split}.json").write_text(json.dumps(names))
        for target, source in (*names, names[0][::-1]):
            videos += [
                f"original_sequences/youtube/raw/videos/{target}",
                f"manipulated_sequences/Swap/raw/videos/{target}_{source}",
            ]
            boxes[f"youtube/{target}"] = [BOX] * FRAMES
    write_videos(root, videos, boxes_of=(), frames={})
    write_face_boxes(root / "face_boxes.json", boxes)


def write_flat_faceforensics(root: Path) -> None:
    """A folder a method and no folders of levels, as copies have it, with the official lists."""
    write_faceforensics(root / "official")
    for folder, name in (
        ("original_sequences/youtube", "original"),
        ("manipulated_sequences/Swap", "FaceShifter"),
    ):
        (root / "official" / folder / "raw/videos").rename(root / name)
    for name in ("splits", "face_boxes.json"):
        (root / "official" / name).rename(root / name)
    (root / "csv").mkdir()
    (root / "csv/original.csv").write_text(",File Path,Label\n0,original/000.mp4,REAL\n")
    shutil.rmtree(root / "official")


SCENES = ("walking_outside_cafe_disgusted", "kitchen_pan")
ACTORS = [f"{actor:02d}" for actor in range(1, 7)]
ACTED = [f"{actor}__{scene}" for actor in ACTORS for scene in SCENES]
FORGED_ACTORS = [
    f"{actor}_{source}__{scene}__YVGY8LOK"
    for actor, source in zip(ACTORS, [*ACTORS[1:], ACTORS[0]], strict=True)
    for scene in SCENES
]
ACTORS_IN = {
    split: [name for name, member in split_actors(ACTED, FORGED_ACTORS).originals.items()
            if member.split == split]
    for split in ("train", "validation", "test")
}  # fmt: skip


def write_actors(root: Path) -> None:
    """DeepFakeDetection by itself: no split files, and masks shorter than their videos."""
    originals = [f"original_sequences/actors/c23/videos/{name}" for name in ACTED]
    folder = "manipulated_sequences/DeepFakeDetection"
    forged = [f"{folder}/c23/videos/{name}" for name in FORGED_ACTORS]
    write_videos(root, [*originals, *forged], boxes_of=(), frames={})
    (root / folder / "masks/videos").mkdir(parents=True)
    for name in FORGED_ACTORS:
        write_mask_video(root / folder / f"masks/videos/{name}.mp4", masks_of(name, FRAMES - 1))
    boxes = {f"actors/{name}": [BOX] * FRAMES for name in ACTED}
    write_face_boxes(root / "face_boxes.json", boxes)


def write_folder(root: Path) -> None:
    for split in ("Train", "Validation", "Test"):
        for label in ("Real", "Fake"):
            for number in range(2):
                write_picture(root / split / label / f"{split}_{label}_{number}.png")


def write_lists(root: Path) -> None:
    """Lists of three splits in which 1 is real, with a method, and no folders of classes."""
    for split in ("train", "valid", "test"):
        lines = [",label,label_str,path,method"]
        for number, (label, word, method) in enumerate(((1, "real", ""), (0, "fake", "f2f")) * 2):
            name = f"images/{split}{'abcd'[number]}.png"
            write_picture(root / name)
            lines.append(f"{number},{label},{word},{name},{method}")
        (root / f"{split}.csv").write_text("\n".join(lines) + "\n")


def write_videos_split(root: Path) -> None:
    for split, pair in (("train", "000_003"), ("test", "007_009"), ("val", "010_011")):
        for label, video in (("real", pair[:3]), ("real", pair[4:]), ("fake", pair)):
            for frame in range(2):
                write_picture(root / split / label / video / f"{split}_{video}_{frame}.png")


VIDEOS = ("--frames=1", "--real_frames=2", "--size=16")
SETS = (
    DataSet(
        "celebdf", "celeb_df", write_celebdf, prepare_with(open_celebdf), VIDEOS, 13,
        ("real", "Celeb-synthesis"),
        {"train": (8, 4), "validation": (2, 1), "test": (4, 1)},
        damaged="YouTube-real/00170.mp4",
        leak=("Celeb-real/id0_0000.mp4", "YouTube-real/00170.mp4"),
        test=("YouTube-real/*", "*/id5_*"),
    ),
    DataSet(
        "celebdf", "celeb_df", write_celebdf_of_methods, prepare_with(open_celebdf), VIDEOS, 31,
        ("real", "Celeb-DF", "SimSwap", "LIA", "FLOAT"),
        {"train": (8, 16), "validation": (2, 4), "test": (4, 4)},
        damaged="YouTube-real/00170.mp4",
        leak=("Celeb-real/id0_0000.mp4", "YouTube-real/00170.mp4"),
        test=("YouTube-real/*", "**/id5_*"),
        layout="methods",
    ),
    DataSet(
        "celebdf", "celeb_df", write_celebdf_with_csv, prepare_with(open_celebdf), VIDEOS, 13,
        ("real", "Celeb-synthesis"),
        {"train": (8, 4), "validation": (2, 1), "test": (4, 1)},
        damaged="YouTube-real/00170.mp4",
        leak=("Celeb-real/id0_0000.mp4", "YouTube-real/00170.mp4"),
        test=("YouTube-real/*", "*/id5_*"),
        layout="csv",
    ),
    DataSet(
        "deepfakebench", "deepfakebench", write_deepfakebench,
        prepare_with(lambda source: open_deepfakebench(source, "tiny.json")),
        (*VIDEOS, "--index=tiny.json"), 12, ("real", "Deepfakes"),
        dict.fromkeys(("train", "validation", "test"), (4, 2)),
        damaged=f"{crops.ORIGINALS}/c23/frames/003/003.png",
        leak=tuple(f"{crops.ORIGINALS}/c23/frames/{name}/003.png" for name in ("000", "002")),
        test=(f"{crops.FF}/*/*/c23/frames/002*/*", f"{crops.FF}/*/*/c23/frames/005*/*"),
    ),
    DataSet(
        "dfdc", "dfdc", write_dfdc, prepare_with(open_dfdc), VIDEOS, 12, ("real", "fake"),
        dict.fromkeys(("train", "validation", "test"), (4, 2)),
        damaged="part/train_a.mp4",
        leak=("part/train_a.mp4", "part/test_a.mp4"),
        test=("part/*test_*",),
    ),
    DataSet(
        "dfdc", "dfdc", write_dfdc_with_test, prepare_with(open_dfdc), VIDEOS, 15,
        ("real", "fake"), {"train": (10, 5), "validation": (2, 1), "test": (2, 2)},
        damaged="train/dfdc_train_part_0/r0.mp4",
        leak=("train/dfdc_train_part_0/r0.mp4", "test/aalscayrfi.mp4"),
        test=("test/*.mp4",),
        layout="test",
    ),
    DataSet(
        "dfdc", "dfdc", write_dfdc_preview, prepare_with(open_dfdc), VIDEOS, 24,
        ("real", "method_A", "method_B"),
        {"train": (10, 10), "validation": (2, 2), "test": (4, 4)},
        damaged="original_videos/0/0_A_001.mp4",
        leak=("original_videos/0/0_A_001.mp4", "original_videos/6/6_A_001.mp4"),
        test=("*/6/**/*.mp4", "*/7/**/*.mp4"),
        layout="preview",
    ),
    DataSet(
        "faceforensics", "face_forensics", write_faceforensics,
        prepare_with(lambda source: open_faceforensics(source, "raw")),
        (*VIDEOS, "--compression=raw", "--methods=Swap"), 12, ("real", "Swap"),
        dict.fromkeys(("train", "validation", "test"), (4, 2)),
        damaged="original_sequences/youtube/raw/videos/000.mp4",
        leak=tuple(f"original_sequences/youtube/raw/videos/{name}.mp4" for name in ("000", "002")),
        test=("*/*/raw/videos/002*", "*/*/raw/videos/005*"),
    ),
    DataSet(
        "faceforensics", "face_forensics", write_flat_faceforensics,
        prepare_with(open_faceforensics), VIDEOS, 12, ("real", "FaceShifter"),
        dict.fromkeys(("train", "validation", "test"), (4, 2)),
        damaged="original/000.mp4",
        leak=("original/000.mp4", "original/002.mp4"),
        test=("*/002*", "*/005*"),
        layout="flat",
    ),
    DataSet(
        "faceforensics", "face_forensics", write_actors,
        prepare_with(open_faceforensics), VIDEOS, 24, ("real", "DeepFakeDetection"),
        {"train": (16, 8), "validation": (4, 2), "test": (4, 2)},
        damaged=f"original_sequences/actors/c23/videos/{ACTORS_IN['train'][0]}.mp4",
        leak=tuple(
            f"original_sequences/actors/c23/videos/{ACTORS_IN[split][0]}.mp4"
            for split in ("train", "test")
        ),
        test=tuple(f"*/*/c23/videos/{ACTORS_IN['test'][0][:2]}_{end}" for end in ("_*", "*")),
        layout="actors",
    ),
    DataSet(
        "openforensics", "open_forensics", write_release,
        lambda source, out, **options: prepare_openforensics(source, out, size=16, **options),
        ("--size=16", "--test=Test-Dev"), 6, ("real", "fake"),
        dict.fromkeys(("train", "validation", "test"), (2, 2)),
        damaged="Val/va.jpg",
        leak=("Train/ta.jpg", "Test-Dev/ta.jpg"),
        test=("Test-Dev/*",),
    ),
    DataSet(
        "folder", "picture_folder", write_folder, prepare_pictures_with(open_pictures), (), 12,
        ("real", "fake"), dict.fromkeys(("train", "validation", "test"), (2, 2)),
        damaged="Train/Real/Train_Real_0.png",
        leak=("Train/Real/Train_Real_0.png", "Test/Real/Test_Real_0.png"),
        test=("Test/*/*",),
        has_pieces=False,
    ),
    DataSet(
        "folder", "picture_folder", write_lists, prepare_pictures_with(open_pictures), (), 12,
        ("real", "Face2Face"), dict.fromkeys(("train", "validation", "test"), (2, 2)),
        damaged="images/traina.png",
        leak=("images/traina.png", "images/testa.png"),
        test=("images/test*",),
        has_pieces=False,
        layout="lists",
    ),
    DataSet(
        "videos_split", "videos_split", write_videos_split,
        prepare_pictures_with(open_videos_split), (), 18, ("real", "fake"),
        dict.fromkeys(("train", "validation", "test"), (4, 2)),
        damaged="train/real/000/train_000_0.png",
        leak=("train/real/000/train_000_0.png", "test/real/007/test_007_0.png"),
        test=("test/*/*/*",),
        has_pieces=False,
    ),
)  # fmt: skip
