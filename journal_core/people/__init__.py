"""Persons: pupils, their representatives, staff; names and how they decline."""
