"""What reads and writes the scene. Names of nodes are the shortest that are unique; times are frames of the scene."""
