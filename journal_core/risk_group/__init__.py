"""The risk group by attainment and behaviour, daily and weekly (INS-3.2.7, INS-3.2.8)."""
