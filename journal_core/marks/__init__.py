"""Works that are assigned in lessons, and the marks for them (POL-3.6.3, INS-3.3.13)."""
