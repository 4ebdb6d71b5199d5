"""Lists in and out as spreadsheets (POL-3.4.6, INS-3.1.3)."""
