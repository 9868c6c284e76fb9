"""What needs no Maya: a test sees to it that nothing here imports it."""
