#!/usr/bin/env bash
# One program over the GPUs of several nodes: seeds and controls train together, a GPU a process.
#
#   export RUN="--model=resnet18 --dataset=$SCRATCH/faces --data_dir=$SCRATCH/data --seeds=0,1,2,3,4,5,6,7 --together=8 --run_dir=$SCRATCH/runs/faces"
#   sbatch --nodes=2 experiments/cluster/slurm_processes.sh
#
# run_dir must lie on a file system that all nodes share and that knows flock. The processes find each
# other by what Slurm tells them (--coordinator=auto). When one is lost, the others end with status 75
# within half a minute, and Slurm runs the job again: it goes on from its checkpoints, also on
# another number of nodes.
#SBATCH --job-name=jaxticket
#SBATCH --ntasks-per-node=8
#SBATCH --gres=gpu:8
#SBATCH --cpus-per-task=8
#SBATCH --mem=0
#SBATCH --time=08:00:00
#SBATCH --requeue
#SBATCH --signal=TERM@120
#SBATCH --output=slurm-%j.log
set -euo pipefail
: "${RUN:?export RUN with the options of the run, as the top of this file shows}"
export XLA_FLAGS="${XLA_FLAGS:-} --xla_gpu_deterministic_ops=true"
# The words of RUN are options, on purpose without quotes. A process takes the GPU of its number on
# the node, so it must see them all.
status=0
# shellcheck disable=SC2086
srun --gpu-bind=none --kill-on-bad-exit=1 --cpus-per-task="$SLURM_CPUS_PER_TASK" \
  python -m experiments.imp $RUN --coordinator=auto || status=$?
[ "$status" -ne 75 ] || scontrol requeue "$SLURM_JOB_ID"
exit "$status"
