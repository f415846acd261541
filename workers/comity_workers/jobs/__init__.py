"""Recurring work, one file each: EVERY says how often; `run(tx)` does one page and returns whether there is more."""
