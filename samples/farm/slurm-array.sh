#!/bin/bash
# Animates a table of dialogue lines on a Slurm cluster: an array job with one shard of the table per
# task, then a job that gathers the results into one report. Nodes share only the output folder.
#
#     array=$(sbatch --parsable --array=1-16 slurm-array.sh dialogue.csv build --format glb,usdc)
#     sbatch --dependency=afterany:"$array" slurm-array.sh dialogue.csv build --format glb,usdc
#
# `slurm-submit.sh` runs both. The first argument is the table, the second the output folder; the
# others are passed to `metaface batch` and must be the same for both jobs: outputs made with other
# options count as not made. METAFACE is the program, if it is not in the PATH.
#
# Exit codes are those of `metaface batch`: 0 if every line of the shard succeeded, 6 if some
# failed. A stopped task finishes its current lines; the same command continues with the rest.

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

# exec: Slurm's signals reach the program directly.
if [ -n "${SLURM_ARRAY_TASK_ID:-}" ]; then
    # The task numbers of Slurm may start anywhere; shards start at 1.
    shard=$((SLURM_ARRAY_TASK_ID - SLURM_ARRAY_TASK_MIN + 1))
    exec "$metaface" batch "$table" -o "$output" \
        --shard "$shard/$SLURM_ARRAY_TASK_COUNT" \
        --jobs "${SLURM_CPUS_PER_TASK:-1}" --log json "$@"
fi
exec "$metaface" batch "$table" -o "$output" --gather \
    --report "$output/report.html" --report "$output/report.json" "$@"
