"""A topic's files and links, as the department gives them."""

import zipfile

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile

from cdt_portal.lib import text
from teams.forms.base import PageForm
from teams.forms.scans import ScanField, scan_suffix
from training.models import Material

OFFICE = {"word/document.xml": ".docx", "xl/workbook.xml": ".xlsx", "ppt/presentation.xml": ".pptx"}


def material_suffix(file: UploadedFile) -> str:
    """The suffix by what the file is: a scan's, or that of an Office document without macros; "" for anything else."""
    if suffix := scan_suffix(file):
        return suffix
    try:
        with zipfile.ZipFile(file) as parts:
            names = set(parts.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return ""
    finally:
        file.seek(0)
    if any(name.endswith("vbaProject.bin") for name in names):
        return ""
    return next((suffix for part, suffix in OFFICE.items() if part in names), "")


class MaterialFileField(ScanField):
    kinds = "PDF, Word, Excel, PowerPoint, JPG hoặc PNG"
    too_large = "Hãy đưa lên nơi khác rồi ghi liên kết."
    not_one = f"Chỉ nhận tệp {kinds}, không có macro."
    suffix_of = staticmethod(material_suffix)


class MaterialForm(PageForm):
    title = forms.CharField(label="Tên tài liệu", max_length=200)
    url = forms.URLField(
        label="Liên kết",
        required=False,
        assume_scheme="https",
        help_text="Bài giảng, video, trang hướng dẫn; hoặc tệp ở dưới.",
    )
    file = MaterialFileField(label="Tệp", required=False, stem="tai-lieu")

    def clean_title(self) -> str:
        return text.clean(self.cleaned_data["title"])

    def clean_url(self) -> str:
        url = self.cleaned_data["url"]
        if url and not url.startswith(("http://", "https://")):
            raise ValidationError("Liên kết bắt đầu bằng https:// hoặc http://.")
        return url

    @property
    def upload(self) -> File | None:
        return self.cleaned_data["file"] or None

    @staticmethod
    def stored(row: Material) -> dict[str, object]:
        return {"title": row.title, "url": row.url}
