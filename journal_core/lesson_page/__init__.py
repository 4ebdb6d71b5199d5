"""The lesson on one screen: what its page shows, and what its teacher writes at one time."""
