from dataclasses import replace

import pytest

from data_prep.checks.complete import PreparationError
from data_prep.checks.crossings import Crossing, Leaks, leak_warnings, own
from data_prep.checks.leaks import check_leaks, find_leaks
from data_prep.prepared.card import Seen

SPLITS = ("train", "validation", "test")


def seen(key, split, label=0, *, group=None, pixels=None, shows=None):
    """A picture; `shows` is the number whose bits are its hash."""
    hashed = None if shows is None else shows.to_bytes(32, "little")
    return Seen(key, split, label, group or key, "", pixels or key, perceptual_hash=hashed)


FAR = [(2**32 - 1) << (32 * place) for place in range(8)]
WHOLE = [seen(f"{split}{n}", split, n, shows=FAR[2 * i + n]) for i, split in enumerate(SPLITS)
         for n in (0, 1)]  # fmt: skip


def test_a_set_without_leaks():
    assert find_leaks(WHOLE) == Leaks()
    assert not find_leaks(WHOLE)
    assert check_leaks(WHOLE, made_splits=SPLITS, strict=True) == Leaks()
    assert leak_warnings(Leaks()) == []


def test_groups():
    pictures = [*WHOLE, seen("a", "train", group="g"), seen("b", "test", group="g"),
                seen("c", "train", group="g")]  # fmt: skip
    leaks = find_leaks(pictures)
    assert leaks == Leaks(groups=(Crossing(("g",), ("train", "test"), 3),))
    (warning,) = leak_warnings(leaks)
    assert warning.startswith(
        "1 group with 3 pictures stands in more than one split (g in train and test): "
    )


def test_five_examples_are_given():
    pictures = [seen(f"{split}{n}", split, group=f"g{n}") for n in range(6)
                for split in ("train", "test")]  # fmt: skip
    (warning,) = leak_warnings(find_leaks(pictures))
    assert warning.startswith("6 groups with 12 pictures stand in more than one split (g0 in train")
    assert "; g4 in train and test): if these" in warning


def clip_frames(split, names, frames, label=0, **options):
    return [seen(f"{split}/{name}-{frame:03}-00.png", split, label, **options)
            for name in names for frame in frames]  # fmt: skip


CLIPS = ("aaqxjobrlv", "bbmmnwqrtz", "ccasdfghjk", "ddqwertzui")


def test_frames_of_a_clip_in_two_splits():
    pictures = [*clip_frames("train", CLIPS, range(4)), *clip_frames("test", CLIPS[:2], [8, 9])]
    leaks = find_leaks(pictures)
    assert leaks == Leaks(clips=tuple(Crossing((clip,), ("train", "test"), 6)
                                      for clip in CLIPS[:2]))  # fmt: skip
    (warning,) = leak_warnings(check_leaks(pictures))
    assert warning.startswith(
        "2 clips with 12 pictures, by the names before their numbers, stand in more than one split "
        "(aaqxjobrlv in train and test; bbmmnwqrtz in train and test): "
    )
    with pytest.raises(PreparationError, match=r"strict\), but 2 clips stand by .*\n  aa"):
        check_leaks(pictures, strict=True)
    # What the user's groups divide is no fault of the split made here.
    assert check_leaks(pictures, made_splits=SPLITS) == leaks


def test_no_clip_crosses_by_its_class_its_group_or_names_that_begin_anew():
    train = clip_frames("train", CLIPS, range(4))
    assert not find_leaks([*train, *clip_frames("test", CLIPS, [8, 9], label=1)])
    anew = find_leaks([*train, *clip_frames("test", CLIPS, range(3, 6))])
    assert not anew.clips
    one_group = clip_frames("train", CLIPS[:1], range(4), group="g")
    one_group += clip_frames("test", CLIPS[:1], [8], group="g")
    leaks = find_leaks([*clip_frames("train", CLIPS[1:], range(4)), *one_group])
    assert [crossing.names for crossing in leaks.groups] == [("g",)]
    assert not leaks.clips


def test_methods_of_a_clip_are_counted_once_and_no_new_numbering():
    train = [frame for method in "ab" for frame in clip_frames("train", CLIPS, range(3))]
    leaks = find_leaks([*train, *clip_frames("test", CLIPS[:1], [8])])
    assert leaks.clips == (Crossing(CLIPS[:1], ("train", "test"), 7),)


@pytest.mark.parametrize(
    ("real", "fake", "clip"),
    [
        ("real/{}_001#.png", "fake/{}_{}_001#.png", "000_001"),
        ("real/{}.png", "DF/{}_{}.png", "000_001"),
        ("real/id{}_0000_#.png", "fake/id{}_id{}_0000_#.png", "id000_0000"),
    ],
)
def test_an_original_and_its_forgery_in_two_splits(real, fake, clip):
    people = [f"{n:03}" for n in range(4)]
    split_of = {real.format(a): "test" if a > "001" else "train" for a in people}
    fakes = {fake.format(a, people[int(a) ^ 1]): "test" for a in people if a != "001"}
    split_of |= fakes
    pictures = [
        seen(key.replace("#", str(frame)), split, int(key in fakes))
        for key, split in split_of.items()
        for frame in range(1 + ("#" in key))
    ]
    (crossing,) = find_leaks(pictures).clips
    assert (crossing.names, crossing.splits) == ((clip,), ("train", "test"))


def test_identical_pictures_and_two_labels():
    pictures = [
        *WHOLE,
        seen("c", "test", pixels="1"), seen("a", "train", pixels="1"),
        seen("b", "train", pixels="1"),
        seen("d", "train", 0, pixels="2"), seen("e", "train", 1, pixels="2"),
    ]  # fmt: skip
    assert find_leaks(pictures) == Leaks(
        identical=(Crossing(("a", "b", "c"), ("train", "test"), 3),),
        two_labels=(("d", "e"),),
        within_a_split=2,
    )


def test_nearly_identical_pictures_count_for_the_later_split():
    pictures = [
        *WHOLE,
        seen("t", "train", shows=0),
        seen("v", "validation", shows=0b1),
        seen("w", "test", shows=0b111),
        seen("x", "test", shows=0b111111111),  # 9 bits from t, 8 from v, 6 from w in its own split
        seen("y", "test", shows=2**200 - 1),
    ]
    assert find_leaks(pictures).near == (
        Crossing(("v", "t"), ("train", "validation"), 2),
        Crossing(("w", "t", "v"), ("train", "validation", "test"), 3),
        Crossing(("x", "v"), ("validation", "test"), 2),
    )


def test_near_pictures_of_one_split_and_flat_ones_are_no_leak():
    pictures = [seen("a", "test", shows=0), seen("b", "test", shows=1), seen("c", "train"),
                seen("d", "test")]  # fmt: skip
    assert not find_leaks(pictures)


def test_an_identical_picture_is_not_counted_as_near_again():
    pictures = [
        seen("a", "train", pixels="1", shows=0),
        seen("b", "test", pixels="1", shows=0),
        seen("c", "test", pixels="3", shows=0),
    ]
    leaks = find_leaks(pictures)
    assert [crossing.names for crossing in leaks.identical] == [("a", "b")]
    assert [crossing.names for crossing in leaks.near] == [("c", "a")]


def test_the_order_of_the_pictures_does_not_matter():
    pictures = [*WHOLE, seen("t", "train", shows=0, pixels="1"),
                seen("s", "train", shows=0, pixels="2"), seen("w", "test", group="t", shows=1),
                seen("a", "train", pixels="3"), seen("b", "test", 1, pixels="3"),
                seen("c", "train", pixels="4"), seen("d", "test", 1, pixels="4")]  # fmt: skip
    assert find_leaks(pictures) == find_leaks(pictures[::-1])
    assert find_leaks(pictures).near[0].names == ("w", "s")


LEAKING = {
    "group": seen("x", "test", group="train0"),
    "identical": seen("x", "test", pixels="train0"),
    "near": seen("x", "test", shows=FAR[0] ^ 1),
}


@pytest.mark.parametrize("kind", LEAKING)
def test_own_leaks_are_errors_and_given_ones_warnings(kind):
    pictures = [*WHOLE, LEAKING[kind]]
    for made in ((), ("train", "validation"), ("validation", "test")):
        (warning,) = leak_warnings(check_leaks(pictures, made_splits=made))
        assert warning.startswith("1 ")
    with pytest.raises(PreparationError, match="the split made here is wrong: 1 ") as error:
        check_leaks(pictures, made_splits=SPLITS)
    assert " in train and test\n" in str(error.value)
    with pytest.raises(PreparationError, match=r"no leaks are allowed \(strict\), but 1 "):
        check_leaks(pictures, strict=True)


def test_the_advice_fits_the_set():
    pictures = [*WHOLE, LEAKING[next(iter(LEAKING))]]

    def advice(**options):
        with pytest.raises(PreparationError) as error:
            check_leaks(pictures, **options)
        return str(error.value).rpartition("\n")[2]

    warned = "leave --strict out: then the data card warns of them"
    assert advice(made_splits=SPLITS) == "Remove the copies"
    assert advice(strict=True) == f"Remove the copies, or {warned}"
    assert advice(made_splits=SPLITS, remedy="do so") == "Remove the copies, or do so"


def test_two_labels_are_no_fault_of_the_split():
    pictures = [*WHOLE, seen("x", "train", 1, pixels="train0")]
    (warning,) = leak_warnings(check_leaks(pictures, made_splits=SPLITS))
    assert warning == "1 picture is real in one place, fake in another"
    with pytest.raises(PreparationError, match=r"\n  train0 = x has two labels\n"):
        check_leaks(pictures, strict=True)


def test_own_leaks_lead_from_one_made_split_into_another():
    crossing = Crossing(("g",), ("train", "validation", "test"), 3)
    leaks = Leaks(groups=(crossing,), near=(replace(crossing, splits=("train", "test")),))
    assert own(leaks, ("train", "validation")) == Leaks(groups=(crossing,))
    assert own(leaks, SPLITS) == leaks


def test_a_long_list_is_cut_and_counted():
    pictures = [seen(f"{split}{n}", split, pixels=str(n)) for n in range(103)
                for split in ("train", "test")]  # fmt: skip
    with pytest.raises(PreparationError) as error:
        check_leaks(pictures, strict=True)
    lines = str(error.value).splitlines()
    assert len(lines) == 1 + 100 + 1 + 1
    assert lines[-2] == "  and 3 more"


def test_a_hundred_are_listed_whole():
    pictures = [seen(f"{split}{n}", split, pixels=str(n)) for n in range(100)
                for split in ("train", "test")]  # fmt: skip
    with pytest.raises(PreparationError) as error:
        check_leaks(pictures, strict=True)
    lines = str(error.value).splitlines()
    assert len(lines) == 1 + 100 + 1
    assert lines[-2] == "  test99 = train99 in train and test"
