"""What a teacher recommends to a pupil in a subject (POL-3.9.2)."""
