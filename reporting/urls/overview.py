from django.urls import path

from reporting.views import overview, targets

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("xuat/", overview.overview_sheet, name="overview_sheet"),
    path("pdf/", overview.overview_paper, name="overview_paper"),
    path("muc-tieu/", targets.targets, name="targets"),
]
