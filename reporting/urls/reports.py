from django.urls import path

from reporting.views import attachments, reports, saving, sending, versions

urlpatterns = [
    path("xa/<int:pk>/", reports.report, name="report"),
    path("xa/<int:pk>/muc/<slug:code>/", saving.save, name="report_save"),
    path("xa/<int:pk>/nop/", sending.submit, name="report_submit"),
    path("xa/<int:pk>/chuyen-lai/", sending.send_back, name="report_send_back"),
    path("xa/<int:pk>/rut-lai/", sending.withdraw, name="report_withdraw"),
    path("xa/<int:pk>/tep/<str:format>/", reports.file, name="report_file"),
    path("xa/<int:pk>/cac-lan-nop/", versions.versions, name="report_versions"),
    path("xa/<int:pk>/cac-lan-nop/<int:number>/pdf/", versions.pdf, name="report_version_pdf"),
    path("xa/<int:pk>/kem-theo/", attachments.attach, name="report_attach"),
    path("xa/<int:pk>/kem-theo/<int:attachment>/", attachments.download, name="report_attachment"),
    path("xa/<int:pk>/kem-theo/<int:attachment>/bo/", attachments.detach, name="report_detach"),
]
