"""Reads and writes the scene. Node names are the shortest unique ones; times are frames of the scene."""
