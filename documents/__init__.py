"""Documents: data in, bytes out. No database, no Flask."""
