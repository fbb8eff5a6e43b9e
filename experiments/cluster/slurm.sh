#!/usr/bin/env bash
# One cell of a study on one GPU, as a Slurm array.
#
#   export STUDY="--models=resnet18,xception --seeds=0,1,2 --out=$SCRATCH/study --data_dir=$SCRATCH/data"
#   cells=$(python -m experiments.sweep $STUDY --list | wc -l)
#   python -m experiments.paper $STUDY --dry_run          # prepares embedded data, estimates the time
#   sbatch --array=0-$((cells - 1))%16 experiments/cluster/slurm.sh
#   python -m experiments.paper $STUDY --report_only      # the tables, whenever some cells are done
#
# Cells that need another cell train it, or wait for the process that does: so STUDY's folder must
# lie on a file system that all nodes share and that knows flock (Lustre with -o flock, NFSv4, GPFS).
# A job that is stopped saves a checkpoint at SIGTERM and goes on when it runs again: Slurm requeues
# it after a preemption; after a time limit submit the array again, done cells return at once.
#SBATCH --job-name=jaxticket
#SBATCH --gpus=1
#SBATCH --cpus-per-task=8
#SBATCH --mem=32G
#SBATCH --time=08:00:00
#SBATCH --requeue
#SBATCH --signal=TERM@120
#SBATCH --output=slurm-%A_%a.log
set -euo pipefail
: "${STUDY:?export STUDY with the options of the study, as the top of this file shows}"
export XLA_FLAGS="${XLA_FLAGS:-} --xla_gpu_deterministic_ops=true"
# The words of STUDY are options, on purpose without quotes.
# shellcheck disable=SC2086
exec srun --cpus-per-task="$SLURM_CPUS_PER_TASK" python -m experiments.sweep $STUDY --index="$SLURM_ARRAY_TASK_ID"
