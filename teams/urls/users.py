from django.urls import path

from teams.views import first_run, invitations, users

urlpatterns = [
    path("bat-dau/", first_run.first_run, name="first_run"),
    path("bat-dau/cac-buoc/", first_run.first_steps, name="first_steps"),
    path("nguoi-dung/", users.users, name="users"),
    path("nguoi-dung/nhat-ky/", users.activity, name="activity"),
    path("nguoi-dung/moi/", users.user_add, name="user_add"),
    path("nguoi-dung/moi-bang-tep/", invitations.users_invite, name="users_invite"),
    path("nguoi-dung/moi-bang-tep/mau/", invitations.users_invite_template, name="users_invite_template"),
    path("nguoi-dung/phieu/", invitations.user_slips, name="user_slips"),
    path("nguoi-dung/<int:pk>/", users.user, name="user"),
    path("nguoi-dung/<int:pk>/sua/", users.user_edit, name="user_edit"),
    path("nguoi-dung/<int:pk>/vai-tro/", users.post_add, name="user_post_add"),
    path("nguoi-dung/<int:pk>/vai-tro/<int:post>/bo/", users.post_remove, name="user_post_remove"),
    path("nguoi-dung/<int:pk>/lien-ket/", users.user_link, name="user_link"),
    path("nguoi-dung/<int:pk>/ngung/", users.user_disable, name="user_disable"),
    path("nguoi-dung/<int:pk>/mo-lai/", users.user_reopen, name="user_reopen"),
    path("nguoi-dung/<int:pk>/xac-thuc/", users.user_factor_reset, name="user_factor_reset"),
]
