"""The school's own DOCX templates: sent, looked at, put in force, taken back."""

from portal.paper_templates.views import blueprint

__all__ = ["blueprint"]
