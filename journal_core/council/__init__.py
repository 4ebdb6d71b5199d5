"""The class council: a class with all its subjects in a period, and what is missing."""
