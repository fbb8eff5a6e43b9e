import pytest

from data_prep.checks.complete import PreparationError
from data_prep.faceforensics.level import level_of
from data_prep.faceforensics.splits import Member, Splits
from data_prep.faceforensics.videos import list_videos
from data_prep.source.listing import ListedFile

PAIRS = (("train", "000", "003"), ("validation", "006", "004"), ("test", "002", "001"))
LIST = ListedFile("splits/train.json", 1, 2)


def splits_of(*pairs):
    originals, forgeries = {}, {}
    for split, a, b in pairs:
        group = f"{a}_{b}"
        originals |= {a: Member(split, group, a), b: Member(split, group, b)}
        forgeries |= {group: Member(split, group, a), f"{b}_{a}": Member(split, group, b)}
    return Splits(originals, forgeries, (LIST,))


@pytest.fixture
def fill(tmp_path):
    """Writes files that only look like videos below the resolved root it returns."""
    root = tmp_path.resolve() / "root"

    def write(*names):
        for name in names:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text("x")
        return root

    return write


def youtube(*names, level="c23"):
    return [f"original_sequences/youtube/{level}/videos/{name}.mp4" for name in names]


def forged(method, *names, level="c23"):
    return [f"manipulated_sequences/{method}/{level}/videos/{name}.mp4" for name in names]


def test_a_whole_tree(fill):
    root = fill(
        *youtube("000", "003", "004", "006", "002", "001"),
        *forged("Swap", "000_003", "003_000", "004_006", "006_004", "001_002", "002_001"),
        *forged("Deepfakes", "000_003", "003_000", "004_006", "006_004", "001_002", "002_001"),
        "manipulated_sequences/Swap/masks/videos/003_000.mp4",
    )
    tree = list_videos(root, splits_of(*PAIRS), "c23")
    assert tree.methods == ("real", "Deepfakes", "Swap")
    assert [video.video for video in tree.videos if video.split == "train"] == [
        "youtube/000",
        "youtube/003",
        "Deepfakes/000_003",
        "Deepfakes/003_000",
        "Swap/000_003",
        "Swap/003_000",
    ]
    assert [video.split for video in tree.videos[5::6]] == ["train", "validation", "test"]
    assert tree.ignored == {}
    assert tree.notes == ()
    assert tree.files == (LIST,)
    original, swapped = tree.videos[0], tree.videos[5]
    assert (original.method, original.label, original.group) == ("real", 0, "000_003")
    assert (original.mask, original.boxes_of) == (None, ("youtube/000",))
    assert (swapped.method, swapped.label, swapped.group) == ("Swap", 1, "000_003")
    assert swapped.file.name == "manipulated_sequences/Swap/c23/videos/003_000.mp4"
    assert swapped.mask is not None
    assert swapped.mask.name == "manipulated_sequences/Swap/masks/videos/003_000.mp4"
    assert swapped.boxes_of == ("Swap/003_000", "youtube/003")
    assert tree.videos[4].mask is None
    assert {v.group for v in tree.videos if v.split == "validation"} == {"006_004"}


def test_what_is_in_no_split_is_counted(fill):
    root = fill(
        *youtube("000", "003", "999"),
        "original_sequences/actors/c23/videos/01_walking.mp4",
        *forged("Swap", "000_003", "000_004", "003_999"),
        *forged("DeepFakeDetection", "01_02__walking__ABC"),
    )
    tree = list_videos(root, splits_of(*PAIRS), "c23")
    assert [video.video for video in tree.videos] == ["youtube/000", "youtube/003", "Swap/000_003"]
    assert tree.videos[2].boxes_of == ("Swap/000_003", "youtube/000", "actors/000")
    assert tree.ignored == {"video in no split": 5}
    assert tree.methods == ("real", "Swap")
    assert tree.notes == (
        "the method DeepFakeDetection was left out: it has no c23 videos that stand in a split",
        "3 of the 12 videos that the splits name for these methods are there",
    )


def test_actors_are_placed_by_the_target(fill):
    scenes = [(f"{actor:02d}", f"{actor % 9 + 1:02d}") for actor in range(1, 29)]
    root = fill(
        *youtube("000"),
        *forged("Swap", "000_003"),
        *(f"original_sequences/actors/c23/videos/{a}__walking.mp4" for a, _ in scenes),
        *forged("DeepFakeDetection", *(f"{a}_{b}__walking__ABCD1234" for a, b in scenes)),
    )
    tree = list_videos(root, splits_of(*PAIRS), "c23")
    assert tree.methods == ("real", "DeepFakeDetection", "Swap")
    assert dict(tree.ignored) == {}
    placed = {video.video: video for video in tree.videos}
    original = placed["actors/05__walking"]
    forgery = placed["DeepFakeDetection/05_06__walking__ABCD1234"]
    assert (original.group, original.target) == ("actor_05", "05__walking")
    assert (forgery.group, forgery.target) == ("actor_05", "05__walking")
    assert original.split == forgery.split
    assert forgery.boxes_of == (forgery.video, "youtube/05__walking", "actors/05__walking")
    actors = [video.split for video in tree.videos if video.video.startswith("actors/")]
    assert {split: actors.count(split) for split in actors} == {
        "train": 22,
        "validation": 3,
        "test": 3,
    }
    assert tree.notes == (
        "2 of the 12 videos that the splits name for these methods are there",
        "DeepFakeDetection has no official split: made by the salted hash of the target actor, 10% "
        "for validation and 10% for test; the faces of source actors stand in several splits",
    )
    # Without the method its originals are not wanted either.
    without = list_videos(root, splits_of(*PAIRS), "c23", ["Swap"])
    assert without.ignored == {"video in no split": 28}
    assert [video.video for video in without.videos] == ["youtube/000", "Swap/000_003"]


def test_what_lies_among_the_forgeries_of_actors_is_counted_once(fill):
    root = fill(
        *youtube("000"),
        *forged("DeepFakeDetection", "01_02__walking__ABCD1234"),
        "manipulated_sequences/DeepFakeDetection/c23/videos/notes.txt",
        "original_sequences/actors/c23/videos/notes.txt",
    )
    assert list_videos(root, splits_of(*PAIRS), "c23").ignored == {".txt file": 2}


def test_actors_without_forgeries_at_this_level(fill):
    root = fill(
        *youtube("000"),
        "original_sequences/actors/c23/videos/01__walking.mp4",
        *forged("Swap", "000_003"),
        *forged("DeepFakeDetection", "01_02__walking__ABCD1234", level="c40"),
    )
    tree = list_videos(root, splits_of(*PAIRS), "c23")
    assert [video.video for video in tree.videos] == ["youtube/000", "Swap/000_003"]
    assert tree.ignored == {"video in no split": 1}


def test_frames_that_were_extracted_before(fill):
    names = [f"original_sequences/youtube/c23/frames/{name}/0.png" for name in ("000", "003")]
    root = fill(*names, *forged("Swap", "000_003"))
    found = [video.file.name for video in list_videos(root, splits_of(*PAIRS), "c23").videos]
    assert found[:2] == [name[:-6] for name in names]
    # Each folder comes before the next; those of one are not mixed with those of another.
    for folder in ("images/003/0.png", "videos/000.mp4"):
        fill(f"original_sequences/youtube/c23/{folder}")
        original, _ = list_videos(root, splits_of(*PAIRS), "c23").videos
        assert f"original_sequences/youtube/c23/{folder}".startswith(original.file.name)


def test_c0_is_raw(fill):
    root = fill(*youtube("000", level="c0"), *forged("Swap", "000_003", level="raw"))
    (original, forgery) = list_videos(root, splits_of(*PAIRS), "raw").videos
    assert original.file.name == "original_sequences/youtube/c0/videos/000.mp4"
    assert forgery.file.name == "manipulated_sequences/Swap/raw/videos/000_003.mp4"
    fill(*youtube("000", level="raw"))
    (original, _) = list_videos(root, splits_of(*PAIRS), "raw").videos
    assert original.file.name == "original_sequences/youtube/raw/videos/000.mp4"
    assert [level_of(name) for name in ("raw", "c0", "c23", "c40")] == ["raw", "raw", "c23", "c40"]
    with pytest.raises(PreparationError, match="'c24' is unknown; use one of raw, c23, c40"):
        level_of("c24")


def test_some_methods(fill):
    root = fill(
        *youtube("000"), *forged("A", "000_003"), *forged("B", "000_003"), *forged("C", "x")
    )
    assert list_videos(root, splits_of(*PAIRS), "c23", ["B"]).methods == ("real", "B")
    with pytest.raises(PreparationError, match="holds no forgeries by C at c23"):
        list_videos(root, splits_of(*PAIRS), "c23", ["B", "C"])


def test_nothing_at_this_level(fill):
    root = fill(*youtube("000", level="c40"), *forged("Swap", "000_003", level="c40"))
    text = r"holds no originals at c23 .*levels found: c40; passed over: nothing"
    with pytest.raises(PreparationError, match=text):
        list_videos(root, splits_of(*PAIRS), "c23")
    fill(*youtube("000"), *forged("Swap", "111"))
    text = r"holds no forgeries by Swap at c23 .*levels found: c23, c40; passed over: 1 video in no"
    with pytest.raises(PreparationError, match=text):
        list_videos(root, splits_of(*PAIRS), "c23")


def test_the_test_alone_may_be_of_one_class(fill):
    splits = splits_of(("test", "000", "003"), ("train", "001", "004"))
    tree = list_videos(fill(*forged("Swap", "000_003")), splits, "c23")
    assert [(video.split, video.method) for video in tree.videos] == [("test", "Swap")]
    with pytest.raises(PreparationError, match="holds no originals at c23"):
        list_videos(fill(*forged("Swap", "001_004")), splits, "c23")


def test_an_empty_folder(fill):
    with pytest.raises(PreparationError, match=r"holds no originals at raw .*levels found: none"):
        list_videos(fill("x"), splits_of(*PAIRS), "raw")


def test_links_out_of_the_folder(fill, tmp_path):
    root = fill(*youtube("000"), *forged("Swap", "000_003"))
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/003.mp4").write_text("x")
    (root / youtube("003")[0]).symlink_to(tmp_path / "outside/003.mp4")
    (root / "manipulated_sequences/Blend").symlink_to(tmp_path / "outside")
    tree = list_videos(root, splits_of(*PAIRS), "c23")
    assert [video.video for video in tree.videos] == ["youtube/000", "Swap/000_003"]
    assert tree.ignored == {"link out of the folder": 1, "link to a folder": 1}


def test_a_group_in_two_splits(fill):
    root = fill(*youtube("000"), *forged("Swap", "000_003"))
    splits = Splits(
        {"000": Member("train", "000_003", "000")}, {"000_003": Member("test", "000_003", "000")}
    )
    with pytest.raises(PreparationError, match="the pair 000_003 stands in train and test"):
        list_videos(root, splits, "c23")


def test_where_better_versions_lie(fill):
    root = fill(
        *youtube("000", level="c40"),
        "manipulated_sequences/Swap/c40/images/000_003/0.png",
    )
    videos = list_videos(root, splits_of(*PAIRS), "c40").videos
    assert [video.better for video in videos] == [
        tuple(f"original_sequences/youtube/{level}/videos/000.mp4" for level in above)
        if video.method == "real"
        else tuple(f"manipulated_sequences/Swap/{level}/images/000_003" for level in above)
        for video in videos
        for above in [("raw", "c0", "c23")]
    ]
    root = fill(*youtube("000", level="raw"), *forged("Swap", "000_003", level="raw"))
    assert {video.better for video in list_videos(root, splits_of(*PAIRS), "raw").videos} == {()}
