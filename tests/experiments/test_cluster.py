"""The cluster files say commands that exist."""

import re
import shlex
from pathlib import Path

import pytest

from experiments import sweep
from experiments.study.plan import check, plan
from experiments.terminal.options import parse

CLUSTER = Path(sweep.__file__).parent / "cluster"


def options_of(line):
    words = shlex.split(line.replace('"$JOB_COMPLETION_INDEX"', "7"))
    return words[words.index("experiments.sweep") + 1 :]


@pytest.mark.parametrize("name", ["gpu_job.yaml", "tpu_jobset.yaml"])
def test_kubernetes_files_run_a_cell_of_a_study(name):
    yaml = pytest.importorskip("yaml")
    job = yaml.safe_load((CLUSTER / name).read_text())["spec"]
    if "replicatedJobs" in job:
        [replicated] = job["replicatedJobs"]
        job = replicated["template"]["spec"]
    assert job["completionMode"] == "Indexed"
    [container] = job["template"]["spec"]["containers"]
    [line] = container["args"]
    config = parse(sweep.Config, None, options_of(line))
    check(config)
    assert config.index == 7
    assert len(plan(config)) == job["completions"]
    mounts = {volume["name"] for volume in job["template"]["spec"]["volumes"]}
    assert {mount["name"] for mount in container["volumeMounts"]} == mounts


def test_the_slurm_file_runs_the_cell_of_its_task():
    text = (CLUSTER / "slurm.sh").read_text()
    assert 'experiments.sweep $STUDY --index="$SLURM_ARRAY_TASK_ID"' in text
    [study] = re.findall(r'export STUDY="(.*)"', text)
    check(parse(sweep.Config, None, [*shlex.split(study.replace("$SCRATCH", "s")), "--index=0"]))
