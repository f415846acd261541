"""Deadlines: periods that start, stand still and end with events.

Which periods run is decided in `policies/deadlines.toml`, whose working days count in `policies/calendars.toml`.
A due date is never only a number: `counting.compute` gives it together with the trace that explains it, and the same
facts always give the same date.  Regulation 33 of the Court: calendar days, the day of the trigger is not counted, an
end on a day off moves to the next working day.
"""
