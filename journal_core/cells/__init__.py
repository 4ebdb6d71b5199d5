"""What was written in the cells of the journal, by whom, when and why: for ever (INS-3.3.13)."""
