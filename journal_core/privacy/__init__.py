"""Who looked at personal data, how long it is kept, and all that is kept about one person."""
