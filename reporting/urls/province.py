from django.urls import path

from reporting.views import bundles, province

urlpatterns = [
    path("dot/<int:pk>/tong-hop/", province.province_report, name="province_report"),
    path("dot/<int:pk>/tong-hop/lam-lai/", province.consolidate, name="province_consolidate"),
    path("dot/<int:pk>/tong-hop/tep/<str:format>/", province.province_file, name="province_file"),
    path("dot/<int:pk>/tong-hop/da-chot/<str:format>/", province.province_kept, name="province_kept"),
    path("dot/<int:pk>/tong-hop/chi-tieu/<slug:code>/", province.province_rows, name="province_rows"),
    path("dot/<int:pk>/tong-hop/noi-dung/", province.province_texts, name="province_texts"),
    path("dot/<int:pk>/tong-hop/loi/<slug:section>/", province.province_words, name="province_words"),
    path("dot/<int:pk>/tong-hop/chot/", province.province_lock, name="province_lock"),
    path("dot/<int:pk>/gop/", bundles.bundle_ask, name="bundle_ask"),
    path("dot/<int:pk>/gop/<int:bundle_id>/", bundles.bundle, name="bundle"),
    path("dot/<int:pk>/gop/<int:bundle_id>/tep/", bundles.bundle_file, name="bundle_file"),
]
