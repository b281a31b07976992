"""Scanned papers: what they may be, whatever their names say."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from cdt_portal.lib.papers import scan_suffix

SCAN_TYPES = {".pdf": "application/pdf", ".jpg": "image/jpeg", ".png": "image/png"}


class ScanField(forms.FileField):
    """A scan renamed to `stem` and its true suffix: the officer's own file name may hold anything."""

    kinds = "PDF, JPG hoặc PNG"
    too_large = "Hãy quét lại ở độ phân giải thấp hơn."
    not_one = "Chỉ nhận bản quét dạng PDF, JPG hoặc PNG."
    suffix_of = staticmethod(scan_suffix)

    def __init__(self, *, stem: str = "quyet-dinh", **kwargs):
        self.stem = stem
        super().__init__(help_text=f"{self.kinds}, tối đa {settings.UPLOAD_LIMIT_MB} MB.", max_length=400, **kwargs)

    def clean(self, data, initial=None):
        scan = super().clean(data, initial)
        if not scan or not isinstance(scan, UploadedFile):
            return scan
        if scan.size > settings.UPLOAD_LIMIT_MB * 1024 * 1024:
            raise ValidationError(f"Tệp lớn hơn {settings.UPLOAD_LIMIT_MB} MB. {self.too_large}")
        suffix = self.suffix_of(scan)
        if not suffix:
            raise ValidationError(self.not_one)
        scan.name = f"{self.stem}{suffix}"
        return scan
