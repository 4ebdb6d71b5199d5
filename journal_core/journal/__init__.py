"""The page of the journal: a class or group in a subject, lesson by lesson."""
