"""What the period mark may still become, and what it takes (INS-3.3.20)."""
