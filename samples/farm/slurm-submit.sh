#!/bin/bash
# Submits slurm-array.sh for a table, and the job that gathers its report. Prints both jobs' ids.
#
#     ./slurm-submit.sh 16 dialogue.csv build --format glb,usdc
#
# Set SBATCH_PARTITION, SBATCH_ACCOUNT and similar variables if your cluster requires them.

set -euo pipefail

if [ $# -lt 3 ]; then
    echo "usage: slurm-submit.sh SHARDS TABLE OUTPUT_FOLDER [OPTIONS...]" >&2
    exit 2
fi
shards=$1
shift
job=$(dirname "$0")/slurm-array.sh
mkdir -p "$2/logs"

array=$(sbatch --parsable --array="1-$shards" --output="$2/logs/shard-%a.log" "$job" "$@")
# afterany: the report includes failed lines.
gather=$(sbatch --parsable --dependency="afterany:$array" --output="$2/logs/gather.log" \
    "$job" "$@")
echo "$array $gather"
