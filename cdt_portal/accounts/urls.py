"""Of allauth only what the portal uses is reachable: no sign-up, no e-mail pages, no reset by mail."""

from allauth.account import views as allauth_views
from django.urls import include, path

from cdt_portal.accounts import views

urlpatterns = [
    path("", views.account_home, name="account_home"),
    path("phien/", views.session_state, name="session_state"),
    path("da-dang-nhap/", views.session_renewed, name="session_renewed"),
    path("loi-moi/<str:token>/", views.accept_invitation, name="invitation"),
    path("dang-nhap/", views.log_in, name="account_login"),
    path("dang-xuat/", allauth_views.logout, name="account_logout"),
    path("xac-nhan/", allauth_views.reauthenticate, name="account_reauthenticate"),
    path("mat-khau/", allauth_views.password_change, name="account_change_password"),
    path("xac-thuc/", include("allauth.mfa.urls")),
]
