"""Everything that needs no Maya; a test checks that nothing here imports it."""
