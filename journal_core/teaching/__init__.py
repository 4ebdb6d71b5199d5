"""The teacher's day: lessons and what they lack, works that wait for marks (POL-3.6.3)."""
