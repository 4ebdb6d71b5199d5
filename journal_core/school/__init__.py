"""The school itself: its dated settings, signatories and classes."""
