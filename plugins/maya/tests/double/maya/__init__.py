"""Not Maya: see ../README.md."""
