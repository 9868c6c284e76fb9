// CMake requires a source file; the content of the shared library comes from the umbrella archive.
