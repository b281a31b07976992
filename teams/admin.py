"""The back office at /quan-tri/: lists that a department keeps by workbook, and the settings of provinces and communes.

A site of its own, so that nothing registers itself here; who comes in and what they see follows from `teams.access`.
"""

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.forms import HiddenInput
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from import_export.admin import ImportExportModelAdmin
from import_export.forms import ExportForm, ImportForm
from import_export.tmp_storages import CacheStorage

from teams.access import Can
from teams.intake.refusals import Refused
from teams.models import Commune, FocalOfficer, Province, ResidentialUnit
from teams.resources import OfficerResource, ScopedResource, Text, UnitResource, Workbook
from teams.services.quality import check_after_commit


class BackOffice(admin.AdminSite):
    site_header = site_title = "Quản trị Cổng Tổ công nghệ số cộng đồng"
    index_title = "Danh mục"
    site_url = "/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Those who may change the units of a whole province; a page asks this many times, the database once."""
        if not hasattr(request, "comes_in"):
            request.comes_in = request.user.is_active and request.scope.provinces(Can.EDIT_UNITS).exists()
        return request.comes_in

    def login(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """The portal's own login, with its second factor and its limits."""
        if request.user.is_authenticated:
            raise PermissionDenied("Trang quản trị dành cho Sở và quản trị hệ thống.")
        return redirect_to_login(request.GET.get("next", request.path))

    def logout(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """The portal's own page, where guesses at the old password are counted."""
        return redirect("account_change_password")


back_office = BackOffice(name="admin")


class ScopedAdmin(admin.ModelAdmin):
    """Lists narrowed to the user's provinces. Nothing is added or deleted here: the portal's services do that."""

    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest):
        return request.scope.narrow(super().get_queryset(request), capability=Can.EDIT_UNITS)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj=None) -> bool:
        return self.admin_site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


class WorkbookForm(ImportForm):
    """Only one format is read, so nobody is asked for it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["import_file"].label = "Tệp Excel (.xlsx)"
        self.fields["format"].widget = HiddenInput()
        self.initial["format"] = "0"


class WorkbookAdmin(ScopedAdmin, ImportExportModelAdmin):
    """A list that comes and goes as a workbook, shown as it would be before it is written."""

    tmp_storage_class = CacheStorage  # in PostgreSQL: any web process can confirm, and what nobody confirms expires
    skip_admin_log = True  # the triggers keep the history
    import_formats = [Workbook]
    export_formats = [Workbook, Text]
    export_form_class = ExportForm
    import_template_name = "admin/teams/import.html"
    export_template_name = "admin/teams/export.html"
    import_form_class = WorkbookForm
    actions = None
    capability = Can.EDIT_UNITS
    how_to_fill = "Cột xã ghi mã hoặc tên."

    def get_import_context_data(self, **kwargs) -> dict:
        return super().get_import_context_data(**kwargs) | {"how_to_fill": self.how_to_fill}

    def has_import_permission(self, request: HttpRequest) -> bool:
        return request.scope.provinces(self.capability).exists()

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_import_resource_kwargs(self, request: HttpRequest, **kwargs) -> dict:
        return {"communes": request.scope.communes(self.capability), "by": request.user}

    get_export_resource_kwargs = get_import_resource_kwargs

    def add_success_message(self, result, request: HttpRequest) -> None:
        counts = result.totals
        self.message_user(request, f"Đã nhập: thêm {counts['new']}, sửa {counts['update']}, giữ {counts['skip']}.")

    def get_resource_classes(self, request: HttpRequest) -> list[type[ScopedResource]]:
        return self.resource_classes

    def add_data_read_fail_error_to_form(self, form, error: Exception) -> None:
        known = isinstance(error, Refused)
        form.add_error("import_file", error.message if known else "Không đọc được tệp này như một bảng Excel.")


@admin.register(ResidentialUnit, site=back_office)
class ResidentialUnitAdmin(WorkbookAdmin):
    resource_classes = [UnitResource]
    list_display = ["name", "kind", "households", "commune", "valid_from", "ended_on"]
    list_select_related = ["commune"]
    search_fields = ["name", "commune__name"]


@admin.register(FocalOfficer, site=back_office)
class FocalOfficerAdmin(WorkbookAdmin):
    """Without CCCD and phone: those are seen on the commune's page, by those who may."""

    resource_classes = [OfficerResource]
    capability = Can.EDIT_ROSTER
    fields = ["full_name", "position", "commune", "started_on", "ended_on"]
    list_display = ["full_name", "position", "commune", "started_on", "ended_on"]
    list_select_related = ["commune"]
    search_fields = ["full_name", "commune__name"]


class SettingsAdmin(ScopedAdmin):
    """Official facts are read only; the wording and the norm are the province's to choose."""

    settings: tuple[str, ...] = ("size_norm",)

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return self.admin_site.has_permission(request)

    def get_readonly_fields(self, request: HttpRequest, obj=None) -> list[str]:
        return [each for each in self.fields if each not in self.settings]

    def save_model(self, request: HttpRequest, obj: Province | Commune, form, change: bool) -> None:
        """Another norm makes other teams too small."""
        super().save_model(request, obj, form, change)
        check_after_commit([obj.pk] if isinstance(obj, Commune) else obj.communes.values_list("pk", flat=True))


@admin.register(Province, site=back_office)
class ProvinceAdmin(SettingsAdmin):
    settings = ("team_label", "size_norm")
    fields = list_display = ["code", "name", "kind", "team_label", "size_norm"]
    list_display_links = ["name"]

    def get_queryset(self, request: HttpRequest):
        return request.scope.provinces(Can.EDIT_UNITS)


@admin.register(Commune, site=back_office)
class CommuneAdmin(SettingsAdmin):
    fields = ["code", "name", "kind", "province", "size_norm", "valid_from", "ended_on"]
    list_display = ["code", "name", "kind", "province", "size_norm"]
    list_display_links = ["name"]
    list_select_related = ["province"]
    search_fields = ["name", "code"]

    def get_queryset(self, request: HttpRequest):
        return request.scope.communes(Can.EDIT_UNITS).order_by("sort_key", "pk")
