"""The panels, the editor of the rig map, and the preferences."""
