"""Plain functions that make what a test needs, through the real commands where there is one."""
