import pytest

from data_prep.source.folder_names import wrapping_folders
from data_prep.source.layout import LayoutError
from data_prep.source.places import has_method_folders, place_pictures


def read(*paths):
    """Key -> (label, split, method, folders of the video)."""
    return {
        place.key: (place.label, place.split, place.method, "/".join(place.below))
        for place in place_pictures(paths, wrapping_folders(paths)).places
    }


def notes(*paths):
    return place_pictures(paths, wrapping_folders(paths)).notes


@pytest.mark.parametrize(
    ("path", "other", "place"),
    [
        # methods below fake
        ("fake/Deepfakes/1.jpg", "real/1.jpg", (1, None, "Deepfakes", "")),
        ("fake/f2f/000_003/1.jpg", "real/000/1.jpg", (1, None, "Face2Face", "000_003")),
        ("train/fake/NT/1.jpg", "train/real/1.jpg", (1, "train", "NeuralTextures", "")),
        ("fake/FaceSwap/SimSwap/v/1.jpg", "real/v/1.jpg", (1, None, "SimSwap", "v")),
        ("fake/000_003/Deepfakes/1.jpg", "real/000/1.jpg", (1, None, "Deepfakes", "000_003")),
        ("fake/FS/c0/frames/v/1.jpg", "real/v/1.jpg", (1, None, "FaceSwap", "v")),
        ("fake/Mine/v/1.jpg", "real/v/1.jpg", (1, None, "Mine", "v")),
        # in place of fake, or above it
        ("DF/v/1.jpg", "real/v/1.jpg", (1, None, "", "v")),
        ("F2F/v/1.jpg", "real/v/1.jpg", (1, None, "Face2Face", "v")),
        ("val/StyleGAN2/1.jpg", "val/real/1.jpg", (1, "validation", "StyleGAN2", "")),
        ("progan/1_fake/1.jpg", "biggan/0_real/1.jpg", (1, None, "ProGAN", "")),
        ("progan/car/1_fake/1.jpg", "biggan/cat/0_real/1.jpg", (1, None, "ProGAN", "")),
        ("mine/train/fake/v/1.jpg", "progan/train/fake/v/1.jpg", (1, "train", "mine", "v")),
        # originals have no method
        ("real/Deepfakes/1.jpg", "fake/Deepfakes/1.jpg", (0, None, "", "")),
        ("real/youtube/000/1.jpg", "fake/DF/000_003/1.jpg", (0, None, "", "youtube/000")),
        ("real/CelebA-HQ/1.jpg", "fake/StyleGAN2/1.jpg", (0, None, "", "")),
        # names of several words
        ("val/1_fake/1.jpg", "val/0_real/1.jpg", (1, "validation", "", "")),
        ("training_real/1.jpg", "training_fake/1.jpg", (0, "train", "", "")),
        ("altered/1.jpg", "original/1.jpg", (1, None, "", "")),
        (
            "Celeb-synthesis/id0_id1_0000/1.jpg",
            "Celeb-real/id0_0000/1.jpg",
            (1, None, "", "id0_id1_0000"),
        ),
        ("fake_images/1.jpg", "Real Faces/1.jpg", (1, None, "", "")),
    ],
)
def test_what_folders_say(path, other, place):
    assert read(path, other)[path] == place


def test_df_is_a_method_where_another_one_stands_beside_it():
    read_folders = read("real/1.jpg", "DF/1.jpg", "NT/1.jpg")
    assert read_folders["DF/1.jpg"] == (1, None, "Deepfakes", "")


def test_the_compression_is_that_of_the_folder():
    paths = [f"{top}/{level}/v/1.jpg" for top in ("real", "fake/DF") for level in ("c0", "c40")]
    assert [place.compression for place in place_pictures(paths, 0).places] == ["raw", "c40"] * 2


def test_a_name_of_the_same_kind_beside_known_methods_is_a_method():
    paths = ["real/1.jpg", "fake/Deepfakes/1.jpg", "fake/Mine/1.jpg"]
    assert read(*paths)["fake/Mine/1.jpg"] == (1, None, "Mine", "")
    assert notes(*paths) == ("read as methods, though their names are not known: Mine",)


def test_few_names_like_methods_among_videos_are_videos():
    fakes = [f"fake/{name}/1.jpg" for name in ("anna", "berta", "nt")]
    assert read("real/a/1.jpg", *fakes)["fake/nt/1.jpg"] == (1, None, "", "nt")
    # Methods, where real pictures lie in no folders.
    assert read("real/1.jpg", *fakes)["fake/anna/1.jpg"] == (1, None, "anna", "")
    more = [f"fake/person{n}/1.jpg" for n in range(3)]
    assert read("real/1.jpg", *fakes, *more)["fake/nt/1.jpg"] == (1, None, "", "nt")


def test_folders_that_are_read_as_videos_are_counted():
    fakes = [f"fake/DF/{video}/{frame}.jpg" for video in "ab" for frame in range(2)]
    assert notes("real/1.jpg", "real/a/1.jpg", *fakes) == (
        "folders read as videos: 1 of real and 2 of fake pictures",
    )
    assert notes("real/1.jpg", "fake/1.jpg") == ()


@pytest.mark.parametrize(
    ("paths", "text"),
    [
        (["train/0_authentic_set/1.jpg", "train/x/1.jpg"], "not understood: 0_authentic_set, x"),
        (["real/1.jpg", "MyMethod/1.jpg"], "hold real pictures, .* not understood: MyMethod; ren"),
        (["fake/1.jpg", "clean/1.jpg", "test/1.jpg"], "hold fake .* not understood: clean; "),
        (["real/fake/1.jpg", "fake/2.jpg"], "real/fake/1.jpg: its class is real, and fake is fak"),
        (["fake/DF/x/y/1.jpg", "real/1.jpg"], "fake/DF/x/y/1.jpg lies 3 folders below its class"),
        # the same folders in both classes: people or places, no methods
        (["fake/anna/v/1.jpg", "real/anna/v/1.jpg"], "lies 2 folders below its class"),
    ],
)
def test_what_is_refused(paths, text):
    with pytest.raises(LayoutError, match=text):
        read(*paths)


@pytest.mark.parametrize(
    ("folders", "methods"),
    [
        (("real", "fake/DF"), True),
        (("real", "F2F"), True),
        (("real", "Deepfakes"), False),  # a class, as ever
        (("FaceSwap/real", "FaceSwap/fake"), False),
        (("real/000", "fake/000_003"), False),
    ],
)
def test_folders_that_are_methods(folders, methods):
    assert has_method_folders([f"{folder}/1.jpg" for folder in folders]) is methods
