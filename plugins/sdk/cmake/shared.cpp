// A shared library wants a source; all that this one holds comes out of the umbrella archive.
