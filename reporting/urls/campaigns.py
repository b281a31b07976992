from django.urls import path

from reporting.views import addressees, campaigns, follow_up

urlpatterns = [
    path("dot/them/", campaigns.campaign_add, name="campaign_add"),
    path("dot/<int:pk>/", campaigns.campaign, name="campaign"),
    path("dot/<int:pk>/sua/", campaigns.campaign_edit, name="campaign_edit"),
    path("dot/<int:pk>/mo/", campaigns.campaign_open, name="campaign_open"),
    path("dot/<int:pk>/chep/", campaigns.campaign_copy, name="campaign_copy"),
    path("dot/<int:pk>/xoa/", campaigns.campaign_drop, name="campaign_drop"),
    path("dot/<int:pk>/chot/", campaigns.campaign_lock, name="campaign_lock"),
    path("dot/<int:pk>/cong-van/", campaigns.campaign_letter, name="campaign_letter"),
    path("dot/<int:pk>/them-don-vi/", addressees.campaign_ask, name="campaign_ask"),
    path("dot/<int:pk>/don-doc/", follow_up.campaign_remind, name="campaign_remind"),
    path("dot/<int:pk>/don-doc/nhat-ky/", follow_up.campaign_reminders, name="campaign_reminders"),
    path("dot/<int:pk>/gia-han/<int:report_id>/", addressees.campaign_extend, name="campaign_extend"),
    path("dot/<int:pk>/nhom/them/", addressees.campaign_group, name="campaign_group_add"),
    path("dot/<int:pk>/nhom/<int:group_id>/", addressees.campaign_group, name="campaign_group"),
    path("dot/<int:pk>/nhom/<int:group_id>/bo/", addressees.campaign_group_remove, name="campaign_group_remove"),
    path("dot/<int:pk>/co-quan/", addressees.campaign_bodies, name="campaign_bodies"),
    path("dot/<int:pk>/co-quan/<int:body_id>/", addressees.campaign_body, name="campaign_body"),
    path("dot/<int:pk>/co-quan/<int:body_id>/bo/", addressees.campaign_body_remove, name="campaign_body_remove"),
    path("dot/<int:pk>/co-quan/<int:body_id>/tep/", addressees.campaign_body_file, name="campaign_body_file"),
]
