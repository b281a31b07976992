"""The pages of reports, a file of routes for each subject."""

from reporting.urls import campaigns, forms, home, periods, province, reports, review, team_figures

app_name = "reporting"
urlpatterns = [
    *home.urlpatterns,
    *periods.urlpatterns,
    *forms.urlpatterns,
    *campaigns.urlpatterns,
    *team_figures.urlpatterns,
    *reports.urlpatterns,
    *review.urlpatterns,
    *province.urlpatterns,
]
