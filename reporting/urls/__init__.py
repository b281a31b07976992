"""The pages of reports and the overview, a file of routes for each subject."""

from django.urls import include, path

from reporting.urls import campaigns, forms, home, overview, periods, province, reports, review, team_figures

app_name = "reporting"
of_reports = [
    *home.urlpatterns,
    *periods.urlpatterns,
    *forms.urlpatterns,
    *campaigns.urlpatterns,
    *team_figures.urlpatterns,
    *reports.urlpatterns,
    *review.urlpatterns,
    *province.urlpatterns,
]
urlpatterns = [
    path("bao-cao/", include(of_reports)),
    path("tong-quan/", include(overview.urlpatterns)),
]
