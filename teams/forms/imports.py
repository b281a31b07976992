"""What the upload page asks: which unit, and a file or pasted cells."""

import re

from django import forms
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile

from teams.access import Can, Scope
from teams.models import Commune, Province

WHOLE_PROVINCE = "tinh:"


class UploadForm(forms.Form):
    unit = forms.ChoiceField(label="Danh sách của đơn vị nào")
    file = forms.FileField(
        label="Tệp danh sách",
        required=False,
        help_text=f"Tệp .xlsx, .xls, .ods hoặc .csv, tối đa {settings.UPLOAD_LIMIT_MB} MB.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.ods,.csv,.tsv"}),
        error_messages={"empty": "Tệp này rỗng (0 byte). Hãy chọn lại tệp có danh sách."},
    )
    pasted = forms.CharField(
        label="hoặc dán các ô chép từ Excel (kèm dòng tiêu đề)",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )

    def __init__(self, *args, scope: Scope, initial_commune: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        provinces = scope.provinces(Can.IMPORT_ROSTER)
        communes = scope.communes(Can.IMPORT_ROSTER).filter(ended_on=None).order_by("province_id", "sort_key")
        self.fields["unit"].choices = [
            (f"{WHOLE_PROVINCE}{province.pk}", f"{province.name} – bảng chung nhiều xã") for province in provinces
        ] + [(commune.pk, commune.name) for commune in communes]
        self.initial["unit"] = initial_commune

    def clean_file(self) -> UploadedFile | None:
        file = self.cleaned_data["file"]
        if file and file.size > settings.UPLOAD_LIMIT_MB * 1024 * 1024:
            size = f"{file.size / 1024 / 1024:.1f}".replace(".", ",")
            raise forms.ValidationError(
                f"Tệp nặng {size} MB, vượt giới hạn {settings.UPLOAD_LIMIT_MB} MB. Hãy bỏ ảnh trong tệp rồi tải lại."
            )
        return file

    def clean(self) -> dict:
        data = super().clean()
        if "file" in self.errors:
            return data
        if bool(data.get("file")) == bool(data.get("pasted", "").strip()):
            self.add_error("file", "Hãy chọn một tệp, hoặc dán các ô vào khung bên dưới (chỉ một trong hai).")
        return data

    def units(self) -> tuple[Province, Commune | None]:
        """The unit chosen; only units of the scope are among the choices."""
        unit = self.cleaned_data["unit"]
        if unit.startswith(WHOLE_PROVINCE):
            return Province.objects.get(pk=unit.removeprefix(WHOLE_PROVINCE)), None
        commune = Commune.objects.select_related("province").get(pk=unit)
        return commune.province, commune

    def upload(self) -> tuple[UploadedFile | ContentFile, str]:
        """(content, file name)."""
        if self.cleaned_data["file"]:
            return self.cleaned_data["file"], self.cleaned_data["file"].name
        return ContentFile(self.cleaned_data["pasted"].encode()), "Ô dán từ Excel.tsv"


def choices_from(data) -> dict:
    """The options posted by the rehearsal screen, in the shapes of `lifecycle.clean_options`.

    `unit:<code>:<key>` = village id, "create" or "none"; `fix` and `leave` may repeat; `create_units` = 1 means all.
    """
    options: dict = {}
    if "create_units" in data:
        options["create_units"] = True
    else:
        chosen = {name.removeprefix("unit:"): value for name, value in data.items() if name.startswith("unit:")}
        options["units"] = {key: number(value) or value for key, value in chosen.items() if value}
    if "fixes" in data:
        options["fixes"] = [code for code in data.getlist("fix") if code]
    if "leavers" in data:
        leave = data.getlist("leave")
        options["leave"] = "all" if "all" in leave else [number(member) for member in leave if number(member)]
    return options


def number(text: str) -> int | None:
    """A row's id as a page posts it; None for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None
