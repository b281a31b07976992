"""The routes of the back office, with the lists of every app."""

import training.admin  # noqa: F401  adds its lists to the back office
from teams.admin import back_office

urlpatterns = back_office.get_urls()
