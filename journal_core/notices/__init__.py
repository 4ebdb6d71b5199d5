"""Telling families of what was written in the journal, each as they chose (POL-2.2.6)."""
