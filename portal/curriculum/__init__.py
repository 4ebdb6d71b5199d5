"""Subjects, curriculum, teaching load, their comparison and the head's approvals."""

from portal.curriculum.views import blueprint

__all__ = ["blueprint"]
