"""The only way the register changes: keyword-only functions with `by`, one transaction each.

They raise `django.core.exceptions.ValidationError` for what the user can mend and `Conflict` when somebody else was
faster. Who may call them is decided before, by `teams.access`.
"""
