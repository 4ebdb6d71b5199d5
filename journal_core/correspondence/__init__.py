"""Letters between families and school, and reports of errors in the journal (POL-2.2.7, 3.7.8)."""
