from django.urls import path

from reporting.views import forms

urlpatterns = [
    path("mau/", forms.forms, name="forms"),
    path("mau/them/", forms.form_add, name="form_add"),
    path("mau/<int:pk>/", forms.form, name="form"),
    path("mau/<int:pk>/sua/", forms.form_draft, name="form_draft"),
    path("mau/ban/<int:pk>/", forms.form_preview, name="form_preview"),
    path("mau/ban/<int:pk>/pdf/", forms.form_preview_pdf, name="form_preview_pdf"),
    path("mau/ban/<int:pk>/sua/", forms.form_edit, name="form_edit"),
    path("mau/ban/<int:pk>/ban-hanh/", forms.form_publish, name="form_publish"),
    path("mau/ban/<int:pk>/bo/", forms.form_discard, name="form_discard"),
]
