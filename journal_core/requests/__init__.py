"""Requests for the public service and what is known about them."""
