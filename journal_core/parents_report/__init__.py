"""What a class teacher tells the parents on paper (POL-2.2.6, INS-2.5, INS-3.2.5)."""
