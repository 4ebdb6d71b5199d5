"""How well the service was rendered: terms, outcomes, times (INS-3.6.7, POL-3.8.6)."""
