"""Bytes kept outside the web root, with their hash."""
