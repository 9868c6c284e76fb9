"""The operators, one file per topic."""

from . import files, generate, learn, rig_map, takes

CLASSES = tuple(cls for module in (generate, takes, learn, files, rig_map) for cls in module.CLASSES)
