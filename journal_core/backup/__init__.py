"""The whole school in one file: made while the portal is in use, restored into either database."""
