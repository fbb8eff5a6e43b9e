"""The cluster files say commands that exist."""

import re
import shlex
from pathlib import Path

import pytest

from experiments import sweep
from experiments.cells.family import check_family
from experiments.options import imp
from experiments.study.plan import check, plan
from experiments.terminal import processes
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


def run_of(line):
    words = shlex.split(line.replace('"$JOB_COMPLETION_INDEX"', "3"))
    config = parse(imp.Config, imp.PRESETS, words[words.index("experiments.imp") + 1 :])
    check_family(config)
    processes.check(config.coordinator, config.num_processes, config.process_id)
    assert len(config.seeds) == config.together
    return config


@pytest.mark.parametrize("name", ["gpu_processes.yaml", "tpu_processes.yaml"])
def test_kubernetes_files_start_the_processes_of_one_program(name):
    yaml = pytest.importorskip("yaml")
    *services, job = yaml.safe_load_all((CLUSTER / name).read_text())
    job = job["spec"]
    if "replicatedJobs" in job:
        [replicated] = job["replicatedJobs"]
        job = replicated["template"]["spec"]
    assert (job["completionMode"], job["parallelism"]) == ("Indexed", job["completions"])
    [container] = job["template"]["spec"]["containers"]
    config = run_of(container["args"][0])
    if services:
        name = services[0]["metadata"]["name"]
        assert job["template"]["spec"]["subdomain"] == name
        assert config.coordinator == f"{name}-0.{name}:55527"
        assert (config.num_processes, config.process_id) == (job["completions"], 3)
    else:
        assert config.coordinator == processes.FROM_ENVIRONMENT
        devices = job["completions"] * container["resources"]["limits"]["google.com/tpu"]
        assert config.together == devices


def test_the_slurm_file_starts_the_processes_of_one_program():
    text = (CLUSTER / "slurm_processes.sh").read_text()
    [run] = re.findall(r'export RUN="(.*)"', text)
    line = re.search(r"python -m (experiments.imp \$RUN .*?) \|\|", text)[1]
    run_of(line.replace("$RUN", run.replace("$SCRATCH", "s")))
    assert f'"$status" -ne {processes.LOST}' in text
