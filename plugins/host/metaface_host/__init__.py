"""What every Python host of MetaFace needs and no host is. Nothing here imports a host.

program       the words for the host program in messages
errors, jobs  errors in the user's words; background work with progress and cancelling
library       the only module that imports the `metaface` package
placement     seconds of a sound, frames of a scene, exact frame rates
rotations     quaternions and Euler angles over time
motion        the samples of a performance that become keys
options       the options of a take, from the generated option_table; format_table, also generated: the file formats
rig_map       what a rig map's report means for a host; wording: the report as text
rig_map_rows  a rig map as rows of an editor, and as JSON
speaking      animates one line, and many lines of which some may fail
learning      learns a speaker from sounds and a character's motion
checks        problems that every host reports in the same words
batch         a table of lines, animated one after the other; its report and exit codes

A plugin has this folder as its subpackage `host`: a link in the repository, a copy in what is installed.
"""
