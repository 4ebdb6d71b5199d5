"""Who was not in the lesson (INS-3.3.18), and why not (INS-3.2.3): two facts of two people."""
