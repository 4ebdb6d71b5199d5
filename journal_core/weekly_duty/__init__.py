"""The weekly update of the diary: what is stale, who looks after it, its weeks (SVC-3.7)."""
