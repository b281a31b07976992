"""The lists of training that a department keeps by workbook."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.utils import timezone
from import_export.fields import Field
from import_export.widgets import Widget

from cdt_portal.lib import text
from cdt_portal.lib.dates import format_date, parse_date
from cdt_portal.lib.numbers import parse_decimal
from teams.models import Province
from teams.resources import COMMUNE, CommuneCell, CountCell, DateCell, ScopedResource, TextCell, Workbook, find_commune
from training.enums import HOLDS_A_SEAT, Outcome
from training.layouts.certificates import hours_text
from training.models import Enrolment, Result, Topic, Venue
from training.services.results import Mark, set_results
from training.services.topics import begin_topic, end_topic, reword_topic
from training.services.venues import save_venue

VENUE_NAME, SEATS = "Tên địa điểm", "Số chỗ"
TOPIC_CODE, TOPIC_NAME, PROVINCE = "Mã chuyên đề", "Tên chuyên đề", "Mã tỉnh"
CLASS, BEGINS, LEARNER, TEAM = "Lớp", "Khai giảng ngày", "Họ và tên", "Tổ"
WORDING = ("name", "description", "hours")


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


class AmountCell(Widget):
    """A decimal number above nothing, with a comma or a point."""

    def __init__(self, *, what: str, most: int, places: int):
        super().__init__()
        self.what, self.most, self.places = what, most, places

    def clean(self, value, row=None, **kwargs) -> Decimal | None:
        typed = text.clean(str(value or "")) if value != 0 else "0"
        amount = parse_decimal(typed) if typed else None
        if typed and (amount is None or not 0 <= amount <= self.most):
            raise ValueError(f"“{value}” không phải {self.what} (từ 0 đến {self.most})")
        return round(amount, self.places) if amount is not None else None

    def render(self, value, obj=None, **kwargs) -> str:
        return hours_text(value) if value is not None else ""


class ProvinceCell(Widget):
    """The row's province, which `before_import_row` has found."""

    def clean(self, value, row=None, **kwargs) -> Province:
        return value

    def render(self, value, obj=None, **kwargs) -> str:
        return value.pk if value else ""


class TopicWorkbook(Workbook):
    KEY_HEADING = "ma chuyen de"


class TopicResource(ScopedResource):
    """A province's own topics, by their code. Other words under a code end the topic that has it and begin another."""

    province = Field("province", PROVINCE, widget=ProvinceCell())
    code = Field("code", TOPIC_CODE, widget=TextCell())
    name = Field("name", TOPIC_NAME, widget=TextCell())
    description = Field("description", "Nội dung", widget=TextCell())
    hours = Field("hours", "Thời lượng (giờ)", widget=AmountCell(what="số giờ", most=999, places=1))
    valid_from = Field("valid_from", "Dùng từ ngày", widget=DateCell())
    ended_on = Field("ended_on", "Thôi dùng từ ngày", widget=DateCell())
    required = (TOPIC_CODE, TOPIC_NAME)

    class Meta:
        model = Topic
        fields = import_order = export_order = (
            "province", "code", "name", "description", "hours", "valid_from", "ended_on",
        )  # fmt: skip
        import_id_fields = ("code",)
        skip_unchanged = True
        use_transactions = True

    def before_import(self, dataset, **kwargs) -> None:
        super().before_import(dataset, **kwargs)
        self.provinces = list(Province.objects.filter(pk__in=self.communes.values("province")))
        if PROVINCE not in dataset.headers:
            dataset.append_col([""] * len(dataset), header=PROVINCE)

    def before_import_row(self, row: dict, **kwargs) -> None:
        typed = text.clean(str(row[PROVINCE] or "")).removesuffix(".0").zfill(2)
        found = [each for each in self.provinces if typed in ("00", each.pk)]
        if len(found) != 1:
            raise ValidationError("Hãy ghi mã tỉnh của bạn." if typed == "00" else f"Không có tỉnh mã “{typed}”.")
        row[PROVINCE], code = found[0], text.clean(str(row[TOPIC_CODE] or "")).lower()
        validate_code(code)
        row[TOPIC_CODE] = code
        if not text.clean(str(row[TOPIC_NAME] or "")):
            raise ValidationError(f"Chuyên đề “{code}” chưa có tên.")
        key = (found[0].pk, code, str(row.get("Thôi dùng từ ngày") or ""))
        if key in self.seen:
            raise ValidationError(f"Tệp ghi mã “{code}” hai lần.")
        self.seen.add(key)

    def get_instance(self, instance_loader, row: dict) -> Topic | None:
        """The one in use; for a row with an end, the one that ended that day before it."""
        own = Topic.objects.filter(province=row[PROVINCE], code=row[TOPIC_CODE])
        ended = parse_date(row.get("Thôi dùng từ ngày"))
        over = own.filter(ended_on=ended).first() if ended else None
        return over or own.filter(ended_on=None).first()

    def init_instance(self, row: dict | None = None) -> Topic:
        """Without the model's own hours: the preview would show them as what the file changes."""
        return Topic(hours=None)

    def do_instance_save(self, instance: Topic, is_create: bool) -> None:
        wording = {name: getattr(instance, name) for name in WORDING}
        if not wording["hours"]:
            raise ValidationError(f"{instance.name}: chưa ghi thời lượng.")
        if is_create:
            self._begin(instance, wording)
            return
        stored = Topic.objects.get(pk=instance.pk)
        told = {"version": instance.version, "by": self.by}
        differs = {name: value for name, value in wording.items() if getattr(stored, name) != value}
        if stored.ended_on or (instance.ended_on and differs):
            raise ValidationError(f"{stored.name} đã thôi dùng hoặc sắp thôi dùng, không sửa lời được.")
        if instance.ended_on:
            end_topic(topic=stored, on=instance.ended_on, **told)
            return
        if not differs:
            raise ValidationError(f"{stored.name} đang dùng, không đổi ngày bắt đầu được.")
        same_day = instance.valid_from in (None, stored.valid_from)
        begins = timezone.localdate() if same_day else instance.valid_from
        reword_topic(topic=stored, wording=wording, begins=begins, **told)

    def _begin(self, instance: Topic, wording: dict[str, object]) -> None:
        if instance.ended_on:
            raise ValidationError("Chuyên đề chưa có trong danh sách mà đã thôi dùng.")
        begins = instance.valid_from or timezone.localdate()
        begin_topic(province=instance.province, code=instance.code, wording=wording, begins=begins, by=self.by)


def validate_code(code: str) -> None:
    try:
        validate_slug(code)
    except ValidationError:
        raise ValidationError(f"Mã “{code}” chỉ gồm chữ không dấu, số và gạch nối.") from None


class OutcomeCell(Widget):
    def clean(self, value, row=None, **kwargs) -> str:
        typed = text.fold(str(value or ""))
        known = {text.fold(label): outcome for outcome, label in Outcome.choices}
        if typed not in known:
            raise ValueError(f"Kết quả “{value}” chưa rõ: ghi {' hoặc '.join(Outcome.labels)}")
        return known[typed]

    def render(self, value, obj=None, **kwargs) -> str:
        return Outcome(value).label if value else ""


class ResultResource(ScopedResource):
    """How classes ended for each person. A row is found by class, day, commune and name; by team among namesakes."""

    commune = Field("commune", COMMUNE, widget=CommuneCell())
    class_title = Field("enrolment__training_class__title", CLASS, readonly=True)
    begins = Field(None, BEGINS, readonly=True)
    team = Field("enrolment__member__team__name", TEAM, readonly=True)
    full_name = Field("enrolment__member__full_name", LEARNER, readonly=True)
    outcome = Field("outcome", "Kết quả", widget=OutcomeCell())
    score = Field("score", "Điểm", widget=AmountCell(what="điểm", most=100, places=2))
    note = Field("note", "Ghi chú", widget=TextCell())
    required = (COMMUNE, CLASS, BEGINS, LEARNER, "Kết quả")

    class Meta:
        model = Result
        fields = import_order = export_order = (
            "commune", "class_title", "begins", "team", "full_name", "outcome", "score", "note",
        )  # fmt: skip
        import_id_fields = ("outcome",)
        skip_unchanged = True
        use_transactions = True

    def dehydrate_begins(self, result: Result) -> str:
        return format_date(timezone.localdate(result.enrolment.training_class.starts_at))

    def before_import_row(self, row: dict, **kwargs) -> None:
        row[COMMUNE] = find_commune(self.known, str(row[COMMUNE]))
        self.enrolment = self._enrolment(row)
        key = (row[COMMUNE].pk, str(self.enrolment.pk))
        if key in self.seen:
            raise ValidationError(f"Tệp ghi {self.enrolment.member.full_name} hai lần cho lớp này.")
        self.seen.add(key)

    def _enrolment(self, row: dict) -> Enrolment:
        day, title, name = parse_date(row[BEGINS]), text.clean(str(row[CLASS])), text.clean(str(row[LEARNER]))
        seats = Enrolment.objects.filter(commune=row[COMMUNE], state__in=HOLDS_A_SEAT)
        named = seats.filter(
            training_class__title__iexact=title,
            training_class__starts_at__date=day or date.min,
            member__match_key=text.match_key(name),
        )
        found = list(named.select_related("training_class", "member__team"))
        if len(found) > 1 and row.get(TEAM):
            team = text.match_key(str(row[TEAM]))
            found = [each for each in found if text.match_key(each.member.team.name) == team]
        if not found:
            raise ValidationError(f"Không có {name} trong lớp “{title}” khai giảng ngày {row[BEGINS]}.")
        if len(found) > 1:
            raise ValidationError(f"Lớp “{title}” có nhiều người tên {name}: hãy ghi tổ.")
        return found[0]

    def get_instance(self, instance_loader, row: dict) -> Result | None:
        return Result.objects.filter(enrolment=self.enrolment).first()

    def init_instance(self, row: dict | None = None) -> Result:
        return Result(enrolment=self.enrolment)

    def do_instance_save(self, instance: Result, is_create: bool) -> None:
        version = 0 if is_create else instance.version
        mark = Mark(instance.enrolment_id, instance.outcome, instance.score, instance.note, version)
        set_results(training_class=instance.enrolment.training_class, marks=[mark], by=self.by)
