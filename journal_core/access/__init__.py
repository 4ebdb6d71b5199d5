"""The people who use the program: accounts, sessions, roles and what they may do."""
