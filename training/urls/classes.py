from django.urls import path

from training.views import classes, kept_seats, plans

urlpatterns = [
    path("lop/", classes.class_list, name="classes"),
    path("lop/them/", classes.class_add, name="class_add"),
    path("lop/<int:pk>/", classes.class_page, name="class"),
    path("lop/<int:pk>/sua/", classes.class_edit, name="class_edit"),
    path("lop/<int:pk>/xep-lich/", classes.class_accept, name="class_accept"),
    path("lop/<int:pk>/moi/", classes.class_invite, name="class_invite"),
    path("lop/<int:pk>/huy/", classes.class_cancel, name="class_cancel"),
    path("lop/<int:pk>/them-nguoi/", classes.class_enrol, name="class_enrol"),
    path("lop/<int:pk>/chuyen/", classes.class_move, name="class_move"),
    path("lop/<int:pk>/thoi-hoc/", classes.class_withdraw, name="class_withdraw"),
    path("lop/<int:pk>/thoi-giu-cho/", kept_seats.class_let_go, name="class_let_go"),
    path("lop/<int:pk>/danh-sach/<str:format>/", classes.class_roster, name="class_roster"),
    path("lop/<int:pk>/giay-moi/<str:format>/", classes.class_letter, name="class_letter"),
    path("ke-hoach/<int:call>/", plans.plan, name="plan"),
    path("ke-hoach/<int:call>/xep-lop/", plans.plan_ask, name="plan_ask"),
    path("ke-hoach/<int:call>/quyet-dinh/", plans.plan_decide, name="plan_decide"),
    path("ke-hoach/<int:call>/moi/", plans.plan_invite, name="plan_invite"),
    path("ke-hoach/<int:call>/giay-moi/<str:format>/", plans.plan_letter, name="plan_letter"),
]
