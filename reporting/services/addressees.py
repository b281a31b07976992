"""Whom a campaign asks beside its communes as a whole: groups with their own deadline, bodies that answer on paper."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db.models import F

from cdt_portal.accounts.models import User
from cdt_portal.lib.periods import add_working_days, last_day
from reporting.models import AddresseeGroup, BodyAddressee, Campaign
from reporting.queries.campaigns import addressed
from reporting.queries.periods import holidays_of
from reporting.services.campaigns import hold, note_bodies, refuse_locked
from teams.services.actions import action
from teams.services.concurrency import save_if_unchanged


@action
def save_group(
    *, campaign: Campaign, group: AddresseeGroup | None, version: int, fields: dict[str, object], by: User
) -> AddresseeGroup:
    """Communes (codes) with a deadline of their own: `fields` are name, due_at, communes. An open campaign's reports
    follow. Raises ValidationError by field, Conflict."""
    campaign = hold(campaign)
    refuse_locked(campaign)
    others = campaign.groups.exclude(pk=group.pk if group else None)
    if others.filter(name=fields["name"]).exists():
        raise ValidationError({"name": "Đợt báo cáo đã có nhóm mang tên này."})
    for other in others:
        if shared := set(other.communes) & set(fields["communes"]):
            names = ", ".join(addressed(campaign).filter(pk__in=shared).values_list("name", flat=True))
            raise ValidationError({"communes": f"Đã ở nhóm “{other.name}”: {names}."})
    day, holidays = last_day(fields["due_at"]), holidays_of(campaign.province_id)
    if day < add_working_days(campaign.ends_on, 1, holidays):
        raise ValidationError({"due_at": "Hạn phải sau ngày chốt số liệu ít nhất một ngày làm việc."})
    if last_day(campaign.department_due_at) < add_working_days(day, 1, holidays):
        raise ValidationError({"due_at": "Hạn phải trước hạn tổng hợp của Sở ít nhất một ngày làm việc."})
    if group:
        saved = save_if_unchanged(group, version=version, fields=fields)
    else:
        saved = AddresseeGroup.objects.create(campaign=campaign, province_id=campaign.province_id, **fields)
    _follow_groups(campaign)
    return saved


@action
def remove_group(*, group: AddresseeGroup, by: User) -> None:
    """Its communes have the campaign's deadline again."""
    campaign = hold(group.campaign)
    refuse_locked(campaign)
    group.delete()
    _follow_groups(campaign)


def _follow_groups(campaign: Campaign) -> None:
    """Each report has the name and the deadline of its commune's group."""
    rest = campaign.reports.exclude(group="")
    for group in campaign.groups.all():
        rest = rest.exclude(commune__in=group.communes)
        told = {"group": group.name, "due_at": group.due_at}
        campaign.reports.filter(commune__in=group.communes).exclude(**told).update(version=F("version") + 1, **told)
    rest.update(group="", due_at=None, version=F("version") + 1)


@action
def add_bodies(*, campaign: Campaign, names: Iterable[str], by: User) -> None:
    """Addressees outside the communes; a name that stands already is not added twice."""
    campaign = hold(campaign)
    refuse_locked(campaign)
    note_bodies(campaign, names)


@action
def update_body(*, body: BodyAddressee, version: int, fields: dict[str, object], by: User) -> BodyAddressee:
    """What came from the body and when; `fields` may hold a `file`, and without one the kept file stays.

    Raises ValidationError by field, Conflict.
    """
    file = fields.get("file")
    fields = {name: value for name, value in fields.items() if name != "file"}
    twins = BodyAddressee.objects.filter(campaign=body.campaign_id, name=fields["name"]).exclude(pk=body.pk)
    if twins.exists():
        raise ValidationError({"name": "Đợt báo cáo đã có cơ quan này."})
    if file:
        body.file.save(file.name, file, save=False)
        fields["file"] = body.file.name
    return save_if_unchanged(body, version=version, fields=fields)


@action
def remove_body(*, body: BodyAddressee, by: User) -> None:
    """Raises ValidationError when its report has been received."""
    if body.received_on or body.file:
        raise ValidationError("Đã nhận báo cáo của cơ quan này, không bỏ được.")
    body.delete()
