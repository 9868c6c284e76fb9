"""A double of Maya: see ../README.md."""
