"""What is set to be done at home (INS-3.3.16, REC-2.2, REC-2.3)."""
