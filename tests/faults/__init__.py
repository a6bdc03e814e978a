"""Faults end to end: the real processes of `up`, killed, halted, starved and lied to from outside."""
