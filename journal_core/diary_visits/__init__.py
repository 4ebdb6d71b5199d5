"""Who opens the diaries, which families are silent, and what the class teacher does (INS-3.2.6)."""
