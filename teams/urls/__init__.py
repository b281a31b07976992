"""The register's pages, a file of routes for each subject."""

from teams.urls import decisions, exports, imports, letterheads, lists, members, quality, teams, units, users

app_name = "teams"
urlpatterns = [
    *units.urlpatterns,
    *teams.urlpatterns,
    *lists.urlpatterns,
    *decisions.urlpatterns,
    *members.urlpatterns,
    *imports.urlpatterns,
    *exports.urlpatterns,
    *letterheads.urlpatterns,
    *quality.urlpatterns,
    *users.urlpatterns,
]
