"""Invitation codes: the way into an account."""
