"""Who is in which class and group, from when to when, and by which order."""
