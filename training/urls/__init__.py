"""The pages of training, a file of routes for each subject."""

from training.urls import classes, contests, needs, results

app_name = "training"
urlpatterns = [
    *needs.urlpatterns,
    *classes.urlpatterns,
    *results.urlpatterns,
    *contests.urlpatterns,
]
