"""The lists of training that a department keeps by workbook."""

from django.core.exceptions import ValidationError
from import_export.fields import Field

from teams.resources import COMMUNE, CommuneCell, CountCell, ScopedResource, TextCell
from training.models import Venue
from training.services.venues import save_venue

VENUE_NAME, SEATS = "Tên địa điểm", "Số chỗ"


class VenueResource(ScopedResource):
    commune = Field("commune", COMMUNE, widget=CommuneCell())
    name = Field("name", VENUE_NAME, widget=TextCell())
    address = Field("address", "Địa chỉ", widget=TextCell())
    capacity = Field("capacity", SEATS, widget=CountCell())
    required = (COMMUNE, VENUE_NAME)

    class Meta:
        model = Venue
        fields = import_order = export_order = ("commune", "name", "address", "capacity")
        import_id_fields = ("name",)
        skip_unchanged = True
        use_transactions = True

    def get_instance(self, instance_loader, row: dict) -> Venue | None:
        return Venue.objects.filter(commune=row[COMMUNE], name__iexact=row[VENUE_NAME]).first()

    def do_instance_save(self, instance: Venue, is_create: bool) -> None:
        if not instance.capacity:
            raise ValidationError(f"{instance.name}: chưa ghi số chỗ.")
        save_venue(venue=instance, by=self.by)
