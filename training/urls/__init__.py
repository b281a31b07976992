"""The pages of training, a file of routes for each subject."""

from training.urls import attendance, check_in, classes, contests, materials, needs, results

app_name = "training"
urlpatterns = [
    *needs.urlpatterns,
    *classes.urlpatterns,
    *results.urlpatterns,
    *attendance.urlpatterns,
    *check_in.urlpatterns,
    *materials.urlpatterns,
    *contests.urlpatterns,
]
