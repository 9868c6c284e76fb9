"""What MetaFace reads and writes in Blender's data: characters, sounds, animation and settings."""
