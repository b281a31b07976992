"""What an operator must know before the first user does: `manage.py check` and `check --deploy`."""
