"""The diary: what the journal says of one pupil, to the pupil and to the family (POL-3.9)."""
