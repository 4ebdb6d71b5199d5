"""Thematic plans: one base for all subjects and grades (POL-2.2.2)."""
