"""Requests for assistance: what a team of the Court asks of a State, and what becomes of it [Statute Part 9, art. 93].

The text is sealed (see `exchange`); here is the cover, the lifecycle and who does what.  A measure is one thing asked,
with its own outcome; *nothing found* is an outcome like others.
"""
