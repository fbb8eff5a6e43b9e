"""The main job on the embedded group pictures."""

import csv
import json


def test_from_nothing_to_a_ticket(command, data_dir, tmp_path):
    status, out, err = command(
        "--model=cnn5", "--dataset=synthetic_of_tiny", "--image_size=32", "--rounds=1",
        "--epochs=1", "--batch_size=8", f"--data_dir={data_dir}", f"--run_dir={tmp_path / 'run'}",
    )  # fmt: skip
    assert status == 0, err
    with (tmp_path / "run/summary.csv").open() as file:
        left = [int(row["weights_left"]) for row in csv.DictReader(file)]
    assert left[1] == left[0] - round(0.2 * left[0])
    summary = json.loads((tmp_path / "run/summary.json").read_text())
    assert summary["synthetic"] is True
    assert "synthetic: rendered by jaxticket synthetic group pictures" in out
