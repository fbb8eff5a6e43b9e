"""Which examples are of one video, one group, one model."""

import pytest

from tests.experiments.auditing.gathered import gathered


def test_files_are_models_seeds_or_checkpoints(tmp_path):
    one, two = "path,label,score\na,0,0.1\nb,1,0.9\n", "path,label,score\nb,1,0.8\na,0,0.2\n"
    facts, models, _ = gathered(tmp_path, one, two)
    assert [m.name for m in models] == ["m0", "m1"]
    assert facts.labels.tolist() == [0, 1]
    assert models[1].scores.tolist() == [[[0.2, 0.8]]]  # by example, not by row
    _, models, _ = gathered(tmp_path, one, two, files="seeds")
    assert [m.seeds for m in models] == [["m0", "m1"]]
    assert models[0].scores.tolist() == [[[0.1, 0.9], [0.2, 0.8]]]
    _, models, _ = gathered(tmp_path, one, two, files="checkpoints")
    assert models[0].checkpoints == ["m0", "m1"]


def test_numbers_in_names_are_in_their_order(tmp_path):
    rows = [f"{e},{p},{int(p == 'b')},0.5" for e in ("epoch10", "epoch9") for p in "ab"]
    _, models, _ = gathered(tmp_path, "\n".join(["ckpt,path,label,score", *rows]))
    assert models[0].checkpoints == ["epoch9", "epoch10"]
    rows = [f"{e},{p},{int(p == 'b')},0.5" for e in ("1e4", "900.0", "²") for p in "ab"]
    _, models, _ = gathered(tmp_path, "\n".join(["step,path,label,score", *rows]))
    assert models[0].checkpoints == ["900.0", "1e4", "²"]


def test_what_only_some_seeds_have_is_left_out_and_counted(tmp_path):
    rows = ["seed,path,label,score", "0,a,0,1", "0,b,1,2", "0,c,1,3", "1,b,1,4", "1,a,0,5"]
    _, models, _ = gathered(tmp_path, "\n".join(rows))
    assert models[0].scores.tolist() == [[[1, 2], [5, 4]]]
    assert models[0].left_out == 1


def test_a_method_parts_videos_of_one_name_and_a_name_is_one_group(tmp_path):
    rows = ["video,method,label,score", "7,Deepfakes,1,1", "7,FaceSwap,1,2", "8,real,0,0"]
    facts, _, _ = gathered(tmp_path, "\n".join(rows))
    assert len(set(facts.videos.tolist())) == 3
    assert len(set(facts.groups.tolist())) == 2


def test_what_one_file_knows_holds_for_the_other(tmp_path):
    facts, models, remarks = gathered(
        tmp_path, "path,label,score\na,0,1\nb,0,2\nc,1,3\n",
        "path,label,score,group,split\na,0,1,g,test\nb,0,2,g,train\nc,1,3,h,test\n",
    )  # fmt: skip
    assert facts.groups[0] == facts.groups[1] != facts.groups[2]
    assert facts.test.all()
    assert [len(model.keys) for model in models] == [3, 3]
    assert "Not every file has a column split" in remarks[0]


def test_the_video_of_a_picture_is_known_from_either_file(tmp_path):
    lists = (
        "path,label,score\na,0,1\nb,0,2\nc,1,3\n",
        "path,video,label,score\na,v,0,1\nb,v,0,2\nc,w,1,3\n",
    )
    for contents in (lists, lists[::-1]):
        facts, _, _ = gathered(tmp_path, *contents)
        assert facts.videos[0] == facts.videos[1] != facts.videos[2]
        assert facts.groups[0] == facts.groups[1] != facts.groups[2]
    with pytest.raises(ValueError, match=r"a, two videos \(v and u\)"):
        gathered(tmp_path, lists[0], lists[1], lists[1].replace("a,v", "a,u"))


def test_a_video_of_both_labels_is_two_and_it_is_said(tmp_path):
    facts, _, remarks = gathered(tmp_path, "video,label,score\nv,0,1\nv,1,2\nw,0,3\n")
    assert len(set(facts.groups.tolist())) == 2
    assert "1 video has rows of both labels" in remarks[0]


def test_an_empty_group_is_the_examples_own(tmp_path):
    facts, _, _ = gathered(tmp_path, "path,label,score,group\na,0,1,g\nb,0,2,g\nc,1,3,\nd,1,4,\n")
    assert len(set(facts.groups.tolist())) == 3
