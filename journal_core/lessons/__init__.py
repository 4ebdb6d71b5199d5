"""The lessons of the year, who teaches each, and substitutions (POL-3.7.3)."""
