"""Homework: its section of a lesson's page, its files, the load of a class's day."""

from portal.homework.views import blueprint

__all__ = ["blueprint"]
