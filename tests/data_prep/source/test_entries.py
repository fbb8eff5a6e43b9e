"""Every entry has a number in its video."""

from data_prep.source.arrange import arrange
from data_prep.source.entries import number_frames


def test_frames_have_the_numbers_of_their_names_or_are_counted_per_split_and_video():
    def frames(*names):
        splits = ("train", "val", "test")
        layout = arrange([f"{split}/real/v/{name}.png" for split in splits for name in names])
        return [entry.frame for entry in number_frames(layout.entries)]

    assert frames("5", "7") == [5, 7] * 3
    assert frames("a", "b") == [0, 1] * 3
    assert frames("a_1_0", "a_1_1", "a_2_0") == [0, 1, 2] * 3  # two faces of a frame
    assert frames("5") == [0] * 3
