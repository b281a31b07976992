from django.urls import path

from training.views import certificates, external, lookup, results, trained

urlpatterns = [
    path("lop/<int:pk>/ket-qua/", results.class_results, name="class_results"),
    path("lop/<int:pk>/giay-chung-nhan/", certificates.certificates, name="certificates"),
    path("lop/<int:pk>/giay-chung-nhan/cap/", certificates.certificates_issue, name="certificates_issue"),
    path("lop/<int:pk>/giay-chung-nhan/cap-lai/", certificates.certificates_reissue, name="certificates_reissue"),
    path("lop/<int:pk>/giay-chung-nhan/tep/", certificates.certificates_files, name="certificates_files"),
    path("giay-chung-nhan/<int:pk>/", certificates.certificate_file, name="certificate_file"),
    path("giay-chung-nhan/<int:pk>/thu-hoi/", certificates.certificate_revoke, name="certificate_revoke"),
    path("tra-cuu/", lookup.lookup, name="lookup"),
    path("tra-cuu/<str:code>/", lookup.certificate, name="certificate"),
    path("thanh-vien/<int:pk>/", trained.member, name="member"),
    path("to-truong/", trained.leaders, name="leaders"),
    path("xa/<str:code>/", trained.trained, name="trained"),
    path("xa/<str:code>/giay-chung-nhan/", certificates.commune_files, name="commune_files"),
    path("xa/<str:code>/noi-khac/", external.externals, name="externals"),
    path("xa/<str:code>/noi-khac/them/", external.external_add, name="external_add"),
    path("noi-khac/<int:pk>/sua/", external.external_edit, name="external_edit"),
    path("noi-khac/<int:pk>/bo/", external.external_remove, name="external_remove"),
    path("noi-khac/<int:pk>/tep/", external.external_evidence, name="external_evidence"),
]
