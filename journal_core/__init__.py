"""The school's facts and rules and their storage. Knows neither HTTP nor Flask."""
