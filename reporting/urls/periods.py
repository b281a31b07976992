from django.urls import path

from reporting.views import periods

urlpatterns = [
    path("ky/", periods.period_list, name="period_list"),
    path("ky/them/", periods.period_add, name="period_add"),
    path("ky/<int:pk>/", periods.period, name="period"),
    path("ky/<int:pk>/sua/", periods.period_edit, name="period_edit"),
    path("ky/<int:pk>/xoa/", periods.period_remove, name="period_remove"),
    path("ky/cach-bao-cao/", periods.policy, name="policy"),
    path("ky/ngay-nghi/", periods.holidays, name="holidays"),
    path("ky/ngay-nghi/<int:pk>/bo/", periods.holiday_remove, name="holiday_remove"),
]
