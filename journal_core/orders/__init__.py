"""The head's orders that a change of the lists rests on (POL-3.4.11)."""
