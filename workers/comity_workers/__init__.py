"""Workers: whatever runs when nobody is waiting.

The journal is the queue: messages of the broker only wake.  Losing all of them delays work by two seconds at most.
"""
