"""Subjects, curriculum, teaching load, and the head's approvals of them (INS-3.6.1–3.6.4)."""
