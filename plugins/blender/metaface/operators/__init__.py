"""The operators, one file per topic."""

from . import channels, export, generate, imports, learn, rig_map, self_test, takes

MODULES = (generate, takes, channels, learn, imports, export, rig_map, self_test)
CLASSES = tuple(cls for module in MODULES for cls in module.CLASSES)
