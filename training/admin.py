"""The lists of training in the back office."""

from django.contrib import admin
from django.http import HttpRequest

from teams.access import Can
from teams.admin import WorkbookAdmin, back_office
from training.models import Venue
from training.resources import VenueResource
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
