"""What a pupil has achieved (POL-3.6.6)."""
