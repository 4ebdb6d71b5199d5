"""Regular assessment: who was asked too seldom, and whom to ask next (INS-3.3.7, 3.3.9)."""
