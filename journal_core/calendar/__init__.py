"""Published production calendars and what is counted by them."""
