"""Which rows are one example, and which contradict each other."""

import pytest

from tests.experiments.auditing.gathered import gathered

HEAD = "path,label,score,group\n"


def test_folders_may_be_videos(tmp_path):
    rows = ["path,label,score", *(f"x/{v}/{f}.png,{v % 2},0.5" for v in range(4) for f in range(2))]
    text = "\n".join(rows)
    facts, _, remarks = gathered(tmp_path, text)
    assert len(set(facts.groups.tolist())) == 8
    assert "far too narrow" in " ".join(remarks)
    facts, _, remarks = gathered(tmp_path, text, video_folders=True)
    assert facts.with_videos
    assert len(set(facts.groups.tolist())) == 4
    assert not remarks
    with pytest.raises(ValueError, match="--video_folders is for files"):
        gathered(tmp_path, "video,label,score\nv,0,1\n", video_folders=True)


def test_splits_are_audited_used_to_choose_or_left_out(tmp_path):
    rows = ["path,label,score,split", "a,0,1,test", "b,1,1,test", "c,0,1,val", "d,1,1,train"]
    facts, models, remarks = gathered(tmp_path, "\n".join(rows))
    assert facts.test.tolist() == [True, True, False]
    assert models[0].scores.shape == (1, 1, 3)
    assert "train: 1 row left out" in remarks[0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (HEAD + "a,0,1,g\nb,1,2,g\na,0,1,g\n", "rows 2 and 4 are of one example, a: leave"),
        (HEAD.replace("path", "model,path") + "m,a,0,1,g\nn,a,1,1,g\n",
         r"rows 2 and 3 give one example, a, two labels \(real and fake\)"),
        (HEAD.replace("path", "model,video") + "m,a,0,1,g\nm,b,1,1,h\nn,a,1,1,g\nn,b,1,1,h\n",
         r"rows 2 and 4 give one example, a, two labels \(real and fake\)"),
        (HEAD.replace("path", "video") + "v,0,1,\n,0,2,\n,1,3,\n",
         r"2 examples of no video, such as row 3"),
        (HEAD.replace("path", "model,path") + "m,a,0,1,g\nn,a,0,1,h\n", r"two groups \(g and h\)"),
        (HEAD.replace("path", "path,video") + "a,v,0,1,g\nb,v,0,1,h\n",
         r"rows 2 and 3 are of one video, v a, and of two groups \(g and h\)"),
    ],
    ids=["repeated", "labels", "labels of videos", "no video", "groups", "video"],
)  # fmt: skip
def test_rows_that_contradict_each_other_are_named(tmp_path, content, message):
    with pytest.raises(ValueError, match=message):
        gathered(tmp_path, content)


def test_files_that_name_examples_otherwise_are_refused(tmp_path):
    with pytest.raises(ValueError, match="both need path, or both video"):
        gathered(tmp_path, "path,label,score\na,0,1\n", "video,label,score\na,0,1\n")
    with pytest.raises(ValueError, match="both need path, or both video"):
        gathered(
            tmp_path, "path,method,label,score\na,x,0,1\n", "video,method,label,score\na,x,0,1\n"
        )


def test_rows_of_a_video_without_paths_are_its_frames(tmp_path):
    facts, models, _ = gathered(
        tmp_path, "video,label,score\nv,0,0.1\nw,1,0.9\nv,0,0.3\n", "video,label,score\nv,0,1\nv,0,"
        "2\nw,1,3\n",
    )  # fmt: skip
    assert len(facts.labels) == 3
    assert len(set(facts.videos.tolist())) == 2
    assert models[0].scores.tolist() != models[1].scores.tolist()
    assert sorted(models[1].scores[0, 0].tolist()) == [1, 2, 3]


def test_frames_without_a_name_meet_by_their_order_and_it_is_said(tmp_path):
    rows = ["seed,video,label,score", "0,v,0,1", "0,v,0,2", "1,v,0,3", "1,v,0,4"]
    _, models, remarks = gathered(tmp_path, "\n".join(rows))
    assert models[0].scores.tolist() == [[[1, 2], [3, 4]]]
    assert "meet by their order" in remarks[0]
