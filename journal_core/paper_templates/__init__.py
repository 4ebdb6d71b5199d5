"""The school's own DOCX templates: every version that was taken, and which was in force when."""
