"""Visits with the originals: when the school receives, and who is expected when."""
