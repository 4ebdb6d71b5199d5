"""Consents to process a pupil's personal data (FRM-3)."""
