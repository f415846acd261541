"""What every domain stands on: the door, the line, access, policies, settings.  It knows no domain, Flask or Celery."""
