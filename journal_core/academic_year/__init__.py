"""The academic year: grading periods, holidays, bells."""
