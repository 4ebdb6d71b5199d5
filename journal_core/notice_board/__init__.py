"""The notice board: what the school tells its staff and the families (POL-3.4.9)."""
