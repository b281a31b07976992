"""The lists of training in the back office."""

from django.contrib import admin
from django.http import HttpRequest

from teams.access import Can
from teams.admin import WorkbookAdmin, back_office
from teams.resources import Text
from training.models import Result, Topic, Venue
from training.queries.materials import topics_of_scope
from training.resources import ResultResource, TopicResource, TopicWorkbook, VenueResource
from training.services.venues import save_venue


@admin.register(Venue, site=back_office)
class VenueAdmin(WorkbookAdmin):
    """Few and simple, so they are also typed here, by those who run training."""

    resource_classes = [VenueResource]
    capability = Can.RUN_TRAINING
    fields = ["commune", "name", "address", "capacity"]
    list_display = ["name", "address", "capacity", "commune"]
    list_select_related = ["commune"]
    search_fields = ["name", "commune__name"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.scope.allows(self.capability)

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return self.has_add_permission(request) and (
            obj is None or request.scope.allows(self.capability, obj.province_id)
        )

    def formfield_for_foreignkey(self, db_field, request: HttpRequest, **kwargs):
        communes = request.scope.communes(self.capability).order_by("sort_key", "pk")
        return super().formfield_for_foreignkey(db_field, request, **kwargs | {"queryset": communes})

    def save_model(self, request: HttpRequest, obj: Venue, form, change: bool) -> None:
        save_venue(venue=obj, by=request.user)


@admin.register(Topic, site=back_office)
class TopicAdmin(WorkbookAdmin):
    """Read here with what is shipped; a province's own come and go by workbook."""

    resource_classes = [TopicResource]
    import_formats = [TopicWorkbook]
    export_formats = [TopicWorkbook, Text]
    capability = Can.RUN_TRAINING
    how_to_fill = (
        "Ghi lời khác dưới một mã đang dùng thì chuyên đề cũ thôi dùng, chuyên đề mới bắt đầu từ hôm nay; "
        "ghi ngày thôi dùng để chấm dứt. Mã tỉnh để trống nếu bạn chỉ phụ trách một tỉnh."
    )
    fields = ["province", "code", "name", "description", "hours", "valid_from", "ended_on"]
    list_display = ["name", "code", "hours", "province", "valid_from", "ended_on"]
    list_select_related = ["province"]
    search_fields = ["name", "code"]

    def get_queryset(self, request: HttpRequest):
        return topics_of_scope(request.scope)

    def get_export_queryset(self, request: HttpRequest):
        return super().get_export_queryset(request).exclude(province=None)


@admin.register(Result, site=back_office)
class ResultAdmin(WorkbookAdmin):
    resource_classes = [ResultResource]
    capability = Can.RUN_TRAINING
    how_to_fill = (
        "Cột xã ghi mã hoặc tên; cột lớp ghi đúng tên lớp; cột tổ chỉ cần khi trong lớp có người trùng tên. "
        "Kết quả ghi “Hoàn thành” hoặc “Chưa hoàn thành”."
    )
    fields = ["learner", "training_class", "outcome", "score", "note"]
    list_display = ["learner", "commune", "training_class", "outcome", "score"]
    list_select_related = ["commune", "enrolment__member__team", "enrolment__training_class"]
    list_filter = ["outcome"]
    show_facets = admin.ShowFacets.NEVER
    search_fields = ["enrolment__member__full_name", "enrolment__training_class__title", "commune__name"]

    @admin.display(description="họ và tên", ordering="enrolment__member__sort_key")
    def learner(self, result: Result) -> str:
        return result.enrolment.member.full_name

    @admin.display(description="lớp", ordering="enrolment__training_class__starts_at")
    def training_class(self, result: Result) -> str:
        return result.enrolment.training_class.title

    def get_export_queryset(self, request: HttpRequest):
        return super().get_export_queryset(request).select_related(*self.list_select_related)
