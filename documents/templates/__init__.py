"""Templates of the documents, and the script that builds those of DOCX."""
