"""Marks of periods, of the year, of exams, and the final ones (POL-3.6.5, INS-3.3.8)."""
