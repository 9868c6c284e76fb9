"""The modules of Maya's API."""
