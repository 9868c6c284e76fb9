"""Submits a batch to OpenCue: 16 shards, then the report. Adapt the paths and the names."""

from outline import Outline, cuerun
from outline.modules.shell import Shell

BATCH = ["metaface", "batch", "/show/dialogue.csv", "-o", "/show/build"]

job = Outline("metaface", shot="dialogue", show="testing")
animate = Shell("animate", command=[*BATCH, "--shard", "#IFRAME#/16", "--log", "json"], range="1-16")
gather = Shell("gather", command=[*BATCH, "--gather", "--report", "/show/build/report.html"], range="1")
gather.depend_all(animate)
job.add_layer(animate)
job.add_layer(gather)
cuerun.launch(job, use_pycuerun=False, autoeat=True)
