"""The deputy's written approval to change what is closed in the journal (INS-3.3.13)."""
