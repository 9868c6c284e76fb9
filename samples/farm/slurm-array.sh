#!/bin/bash
# A table of dialogue lines on a Slurm cluster: a job of as many tasks as you like, each doing its
# shard of the table, and a job after it that gathers what they did into one report. Nodes share
# nothing but the output folder.
#
#     array=$(sbatch --parsable --array=1-16 slurm-array.sh dialogue.csv build --format glb,usdc)
#     sbatch --dependency=afterany:"$array" slurm-array.sh dialogue.csv build --format glb,usdc
#
# `slurm-submit.sh` types both. The first argument is the table, the second the output folder; the
# others go to `metaface batch` as they are, and must be the same for both jobs: what was made with
# other options is not what is wanted. METAFACE names the program, if it is not in the PATH.
#
# Exit codes are those of `metaface batch`: 0 if every line of the shard succeeded, 6 if some
# failed. A task stopped before its end finishes the line in hand; the same command goes on from
# there and does nothing twice.

#SBATCH --job-name=metaface
#SBATCH --cpus-per-task=2
#SBATCH --time=12:00:00
#SBATCH --signal=B:TERM@120
#SBATCH --requeue
#SBATCH --open-mode=append

set -euo pipefail

if [ $# -lt 2 ]; then
    echo "usage: sbatch --array=1-N slurm-array.sh TABLE OUTPUT_FOLDER [OPTIONS...]" >&2
    exit 2
fi
table=$1 output=$2
shift 2
metaface=${METAFACE:-metaface}

# exec: Slurm's signals reach the program itself.
if [ -n "${SLURM_ARRAY_TASK_ID:-}" ]; then
    # Slurm numbers tasks as it is told to, such as 0-15; shards start at 1.
    shard=$((SLURM_ARRAY_TASK_ID - SLURM_ARRAY_TASK_MIN + 1))
    exec "$metaface" batch "$table" -o "$output" \
        --shard "$shard/$SLURM_ARRAY_TASK_COUNT" \
        --jobs "${SLURM_CPUS_PER_TASK:-1}" --log json "$@"
fi
exec "$metaface" batch "$table" -o "$output" --gather \
    --report "$output/report.html" --report "$output/report.json" "$@"
