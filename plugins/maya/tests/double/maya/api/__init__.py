"""The API's modules."""
