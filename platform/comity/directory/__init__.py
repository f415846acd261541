"""Authorities: the focal-point offices of States and the teams of the Court [Statute art. 87(1); Rules 176-180].

An authority is named by a code (XA, OTP).  Documents are sealed to authorities, and people belong to one.
"""
