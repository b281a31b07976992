"""The pages of training, a file of routes for each subject."""

from training.urls import attendance, classes, contests, needs, results

app_name = "training"
urlpatterns = [
    *needs.urlpatterns,
    *classes.urlpatterns,
    *attendance.urlpatterns,
    *results.urlpatterns,
    *contests.urlpatterns,
]
