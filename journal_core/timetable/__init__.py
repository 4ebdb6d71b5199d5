"""The timetable in its versions (POL-3.4.1, INS-3.5.7)."""
