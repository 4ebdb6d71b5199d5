"""What no single row can hold true: queries across the tables that must find nothing."""
