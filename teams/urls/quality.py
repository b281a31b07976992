from django.urls import path

from teams.views import pairs, quality

urlpatterns = [
    path("chat-luong/", quality.quality, name="quality"),
    path("chat-luong/xuat/", quality.export, name="quality_export"),
    path("chat-luong/cung-mot-nguoi/", pairs.province_pairs, name="province_pairs"),
    path("chat-luong/cung-mot-nguoi/tra-loi/", pairs.pair_answer, name="pair_answer"),
    path("chat-luong/cung-mot-nguoi/<int:pk>/tach/", pairs.pair_take_back, name="pair_take_back"),
    path("chat-luong/<int:pk>/chap-nhan/", quality.finding_accept, name="finding_accept"),
    path("chat-luong/<int:pk>/mo-lai/", quality.finding_reopen, name="finding_reopen"),
    path("xa/<slug:code>/chat-luong/", quality.commune_quality, name="commune_quality"),
    path("xa/<slug:code>/chat-luong/chap-nhan/", quality.findings_accept, name="findings_accept"),
    path("xa/<slug:code>/cung-mot-nguoi/", pairs.pairs, name="pairs"),
]
