"""Letters to people and tasks for the office: the outbox."""
