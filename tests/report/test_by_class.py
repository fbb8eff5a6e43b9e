import shutil

from matplotlib.figure import Figure
from msgspec.structs import replace

from jaxticket.report import write_report
from jaxticket.report.by_class import by_class
from jaxticket.runs.files import write_json
from jaxticket.runs.levels import ByClass, ClassFigures, read_evaluation
from tests.records import level_record


def found(recall, frames):
    return ClassFigures(
        examples=sum(map(sum, frames)),
        groups=2,
        accuracy=0.5,
        balanced_accuracy=0.5,
        intervals={"accuracy": (0.4, 0.6), "balanced_accuracy": (0.45, 0.55)},
        recalls={"real": 0.25, "a": recall},
        recall_intervals={"real": (None, None), "a": (0.5, 1.0)},
        confusion=frames,
    )


def level(number, **more):
    frames = found(0.75, [[1, 3], [1, 3]])
    named = ByClass(
        classes=["real", "a"], validation=frames, test=frames,
        test_videos=found(0.625, [[1, 0], [0, 2]]),
    )  # fmt: skip
    return level_record(number, sparsity=0.2 * number, by_class=named, **more)


def test_tables_by_hand():
    lines = by_class([level(0), level(1)])
    assert lines[0] == "## By class"
    assert lines[2:8] == [
        "Recall of each class on the 8 test pictures:", "",
        "|  | sparsity | mean of recalls | real | a |",
        "|---|---|---|---|---|",
        "| level 0 | 0.0% | 0.500 [0.450, 0.550] | 0.250 | 0.750 [0.500, 1.000] |",
        "| level 1 | 20.0% | 0.500 [0.450, 0.550] | 0.250 | 0.750 [0.500, 1.000] |",
    ]  # fmt: skip
    assert "Recall of each class on the 3 test videos:" in lines
    assert lines[-7:] == [
        "Level 1, 20.0%: test pictures of each class (row) by what they were called (column), of "
        "videos behind the stroke:", "",
        "|  | real | a |", "|---|---|---|", "| real | 1 / 1 | 3 / 0 |",
        "| a | 1 / 0 | 3 / 2 |",
        "",
    ]  # fmt: skip


def test_a_run_of_real_or_fake_has_no_tables():
    assert by_class([level_record()]) == []


def test_the_page_and_the_plot_leave_out_what_needs_two_classes(
    finished_run, tmp_path, monkeypatch
):
    run, labels = tmp_path / "run", []
    shutil.copytree(finished_run, run)
    for number in range(3):
        path = run / f"level_{number:02d}" / "evaluation.json"
        kept = read_evaluation(run, number)
        ends = {"accuracy": (None, None), "balanced_accuracy": (0.1, 0.9)}
        changed = replace(
            kept, test_auc=None, test_eer=None, test_intervals=ends, by_class=level(0).by_class
        )
        write_json(path, changed.plain())
    save = Figure.savefig

    def savefig(figure, *arguments, **options):
        (axes,) = figure.axes
        labels.extend([axes.get_ylabel(), *axes.get_legend_handles_labels()[1]])
        save(figure, *arguments, **options)

    monkeypatch.setattr(Figure, "savefig", savefig)
    text = write_report(run).read_text()
    assert "| - | - | " in text
    assert "there is no AUC and no EER" in text
    assert labels == ["accuracy (%)", "ticket, test", "ticket, validation"]
