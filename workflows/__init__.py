"""Everything that moves between named states."""
