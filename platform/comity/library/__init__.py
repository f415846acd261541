"""Templates of requests: for a kind or, where it has measures, for one of them; in versions, in both working languages.

A team of the Court keeps its own, and every officer of the team can read them: nothing of a case stands in a template.
It stands above `assistance`, whose catalogue and checklists it fills [art. 91, 92, 96].
"""
