"""Templates of requests: for a kind or, where it has measures, for one of them; in versions, in both working languages.

Each office that makes requests keeps its own, and everybody of it can read them: nothing of a case stands in one.
It stands above `assistance`, whose catalogue and checklists it fills [art. 91, 92, 96].
"""
