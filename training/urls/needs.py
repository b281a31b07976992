from django.urls import path

from training.views import calls, home, needs

urlpatterns = [
    path("", home.home, name="home"),
    path("dang-ky/them/", calls.call_add, name="call_add"),
    path("dang-ky/<int:pk>/", calls.call, name="call"),
    path("dang-ky/<int:pk>/sua/", calls.call_edit, name="call_edit"),
    path("dang-ky/<int:pk>/mo/", calls.call_open, name="call_open"),
    path("dang-ky/<int:pk>/xoa/", calls.call_drop, name="call_drop"),
    path("dang-ky/<int:pk>/chot/", calls.call_close, name="call_close"),
    path("dang-ky/<int:pk>/gia-han/<int:reply>/", calls.call_extend, name="call_extend"),
    path("dang-ky/<int:pk>/don-doc/", calls.call_remind, name="call_remind"),
    path("dang-ky/<int:pk>/tep/", calls.call_needs, name="call_needs"),
    path("nhu-cau/<int:pk>/", needs.needs, name="needs"),
    path("nhu-cau/<int:pk>/rut-lai/", needs.needs_withdraw, name="needs_withdraw"),
    path("nhu-cau/<int:pk>/duyet/", needs.needs_accept, name="needs_accept"),
    path("nhu-cau/<int:pk>/tra-lai/", needs.needs_return, name="needs_return"),
]
