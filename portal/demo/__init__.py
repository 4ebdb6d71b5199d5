"""The demo school: one believable school told through the real commands."""
