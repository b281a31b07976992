"""The sheet of a class's attendance: who was to be there, sitting by sitting, and what was noted of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from cdt_portal.lib.dates import format_date
from teams.access import Can, Scope
from teams.models import Member
from training.enums import HOLDS_A_SEAT, LIVE, EnrolmentState, Presence
from training.layouts.attendance import AttendancePaper, Attendee, Sitting
from training.models import Attendance, ClassSession, Enrolment, TrainingClass
from training.queries.classes import venue_text

IN_ORDER = ("commune__sort_key", "commune_id", "member__team__sort_key", "member__team_id", "member__sort_key", "pk")


@dataclass(frozen=True, slots=True)
class Column:
    """A sitting. `present` and `absent` count its marks among `people`, who have a seat and are in the reader's scope.
    `is_open`: whether it may be marked yet."""

    session: ClassSession
    number: int
    people: int
    present: int
    absent: int
    is_open: bool

    @property
    def unmarked(self) -> int:
        return self.people - self.present - self.absent

    @property
    def key(self) -> str:
        """What its column in a workbook is called."""
        begins = timezone.localtime(self.session.starts_at)
        return f"Buổi {self.number} ({begins.hour} giờ {begins.minute:02} ngày {format_date(begins.date())})"


@dataclass(frozen=True, slots=True)
class SheetCell:
    """One person at one sitting; `mark` is None where nobody noted anything."""

    column: Column
    mark: Attendance | None

    @property
    def says(self) -> str:
        return presence_of(self.mark)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A person who has a seat, or had one until `successor` took it over."""

    enrolment: Enrolment
    cells: tuple[SheetCell, ...]
    successor: Enrolment | None

    @property
    def is_replaced(self) -> bool:
        return self.enrolment.state == EnrolmentState.REPLACED

    @property
    def is_absent(self) -> bool:
        return any(cell.says == Presence.ABSENT for cell in self.cells)


@dataclass(frozen=True, slots=True)
class AttendanceSheet:
    """`rows` by commune, team and given name."""

    columns: tuple[Column, ...]
    rows: tuple[SheetRow, ...]

    @property
    def seated(self) -> list[SheetRow]:
        return [row for row in self.rows if not row.is_replaced]


def presence_of(mark: Attendance | None) -> str:
    if mark is None:
        return ""
    return Presence.PRESENT if mark.present else Presence.ABSENT


def attendance_sheet(training_class: TrainingClass, scope: Scope) -> AttendanceSheet:
    """Those in scope. Three queries, however many people and sittings."""
    sessions = list(ClassSession.objects.filter(training_class=training_class).order_by("starts_at"))
    shown = Enrolment.objects.filter(
        training_class=training_class, state__in=[*HOLDS_A_SEAT, EnrolmentState.REPLACED]
    ).select_related("member__team", "commune", "replaces__member")
    people = list(scope.narrow(shown).order_by(*IN_ORDER))
    marks = {(each.enrolment_id, each.session_id): each for each in _marks(training_class)}
    seated = {each.pk for each in people if each.state in HOLDS_A_SEAT}
    columns = tuple(_column(session, number, seated, marks) for number, session in enumerate(sessions, start=1))
    successors = {each.replaces_id: each for each in people if each.replaces_id}
    rows = (
        SheetRow(
            each,
            tuple(SheetCell(column, marks.get((each.pk, column.session.pk))) for column in columns),
            successors.get(each.pk),
        )
        for each in people
    )
    return AttendanceSheet(columns, tuple(rows))


def _marks(training_class: TrainingClass) -> Iterable[Attendance]:
    return Attendance.objects.filter(session__training_class=training_class).select_related("by").order_by()


def _column(session: ClassSession, number: int, seated: set[int], marks: dict[tuple[int, int], Attendance]) -> Column:
    noted = [mark.present for (person, at), mark in marks.items() if at == session.pk and person in seated]
    return Column(session, number, len(seated), sum(noted), len(noted) - sum(noted), timezone.now() >= session.opens_at)


def attendance_paper(
    row: TrainingClass, sheet: AttendanceSheet, link_of: Callable[[ClassSession], str]
) -> AttendancePaper:
    """`link_of` gives where the people of a sitting mark themselves present."""
    return AttendancePaper(
        title=row.title,
        venue=venue_text(row),
        sittings=tuple(Sitting(each.key, link_of(each.session)) for each in sheet.columns),
        people=tuple(
            Attendee(
                id=each.enrolment.pk,
                full_name=each.enrolment.member.full_name,
                role=each.enrolment.member.get_role_display(),
                team=each.enrolment.member.team.name,
                commune=each.enrolment.commune.name,
                marks=tuple(cell.says for cell in each.cells),
            )
            for each in sheet.seated
        ),
    )


# Finishing ------------------------------------------------------------------------------------------------------------


def marked_words(training_class: TrainingClass) -> list[str]:
    """ "Buổi 1: 28/30 người có mặt, 1 vắng, 1 chưa điểm danh." for each sitting. Two queries."""
    seated = Q(attendances__enrolment__state__in=HOLDS_A_SEAT)
    sessions = training_class.sessions.order_by("starts_at").annotate(
        present=Count("attendances", filter=seated & Q(attendances__present=True)),
        absent=Count("attendances", filter=seated & Q(attendances__present=False)),
    )
    people = training_class.enrolments.filter(state__in=HOLDS_A_SEAT).count()
    return [_said(number, people, each.present, each.absent) for number, each in enumerate(sessions, start=1)]


def _said(number: int, people: int, present: int, absent: int) -> str:
    rest = people - present - absent
    parts = [f"{present}/{people} người có mặt"]
    parts += [f"{absent} vắng"] if absent else []
    parts += [f"{rest} chưa điểm danh"] if rest else []
    return f"Buổi {number}: {', '.join(parts)}."


# Replacing ------------------------------------------------------------------------------------------------------------


def may_replace(scope: Scope, training_class: TrainingClass, commune: str) -> bool:
    """Whether the user may send another of the team: the department at any time, the commune's officer until the class
    begins."""
    if scope.allows(Can.RUN_TRAINING, training_class.province_id):
        return True
    is_theirs = scope.allows(Can.REGISTER_NEEDS, training_class.province_id, commune)
    return is_theirs and not training_class.has_begun


def successors(enrolment: Enrolment) -> QuerySet[Member]:
    """Who may stand in: members of the team now, who are not in the class."""
    there = enrolment.training_class.enrolments.filter(state__in=LIVE)
    members = Member.objects.filter(team=enrolment.member.team_id, left_on=None).exclude(pk__in=there.values("member"))
    return members.order_by("position", "sort_key", "pk")
