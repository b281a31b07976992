"""Three communes that hold one of everything, and who works there: what the URL table is tried on."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from cdt_portal.accounts import invitations
from cdt_portal.accounts.models import User
from cdt_portal.guides import COMMUNE
from cdt_portal.jobs.enums import JobState
from cdt_portal.jobs.models import Job
from cdt_portal.notices.services import notify
from teams.enums import LeaveReason, MemberRole, UserRole
from teams.models import (
    Assignment,
    Commune,
    DataFinding,
    Decision,
    FocalOfficer,
    Member,
    PersonPair,
    Province,
    ResidentialUnit,
    RosterImport,
    UnitPlan,
)
from teams.models import Team as TeamRow
from teams.services.decisions import attach_scan
from teams.services.findings import accept
from teams.services.officers import add_officer
from teams.services.pairs import two_people
from teams.services.quality import check
from tests.architecture.report_places import (
    CommuneReports,
    ProvinceReports,
    make_commune_reports,
    make_province_reports,
    make_shipped,
)
from tests.architecture.training_places import (
    CommuneTraining,
    ProvinceTraining,
    make_commune_training,
    make_province_training,
)
from tests.conftest import make_commune, make_user
from tests.teams.imports.conftest import load, rehearse, row
from tests.teams.makers import JULY, make_decision, make_member, make_plan, make_team, make_units
from tests.training.makers import make_topic
from tests.workbooks.builders import grid, write

RELATIONS = ("own", "neighbour", "other")
FIRST_ID = 4_700  # beyond 1,000, where an id that is written like a figure gets a separator and finds nothing
ROLES = ("anonymous", "admin", "staff", "viewer", "officer", "leader")


@dataclass(frozen=True, slots=True)
class Place:
    """A commune with one object of each kind; `owners` are its own people by role."""

    commune: Commune
    owners: dict[str, User]
    villages: list[ResidentialUnit]
    unit_plan: UnitPlan
    decision: Decision
    team: TeamRow
    other_team: TeamRow
    member: Member
    former: Member
    contact: FocalOfficer
    rehearsed: RosterImport
    applied: RosterImport
    finished: Job
    failed: Job
    queued: Job
    user: User
    closed_user: User
    invitation: str
    finding: DataFinding
    accepted: DataFinding
    homonym: Member
    pair: PersonPair
    shared: ProvinceReports
    reports: CommuneReports
    training: ProvinceTraining
    replies: CommuneTraining
    guide: ClassVar[str] = COMMUNE  # which is the same everywhere

    @property
    def village(self) -> ResidentialUnit:
        return self.villages[0]

    @property
    def bare_village(self) -> ResidentialUnit:
        """One that nothing speaks of."""
        return self.villages[-1]

    @property
    def post(self) -> Assignment:
        return self.user.assignments.latest("pk")


@dataclass(frozen=True, slots=True)
class World:
    """`people`: the five roles at Cát Hải and Hải Phòng; `places`: by relation to them."""

    people: dict[str, User]
    places: dict[str, Place]


def make_world(folder: Path) -> World:
    start_ids_at(FIRST_ID)
    hai_phong = Province.objects.create(code="31", name="Thành phố Hải Phòng", kind="city", sort_key="hai phong")
    thanh_hoa = Province.objects.create(code="38", name="Tỉnh Thanh Hóa", kind="province", sort_key="thanh hoa")
    admin = make_user("quantri", UserRole.SYSTEM_ADMIN)
    User.objects.filter(pk=admin.pk).update(is_staff=True, is_superuser=True)
    above = {
        province.pk: {
            "admin": admin,
            "staff": make_user(f"so.{province.pk}", UserRole.DEPARTMENT_STAFF, province=province),
            "viewer": make_user(f"xem.{province.pk}", UserRole.DEPARTMENT_VIEWER, province=province),
        }
        for province in (hai_phong, thanh_hoa)
    }
    communes = (
        make_commune("11914", "Đặc khu Cát Hải", "special_zone", hai_phong),
        make_commune("10729", "Phường Trần Liễu", "ward", hai_phong),
        make_commune("14797", "Phường Hạc Thành", "ward", thanh_hoa),
    )
    shipped = make_shipped()
    shared = {
        province.pk: make_province_reports(province, shipped, above[province.pk]["staff"])
        for province in (hai_phong, thanh_hoa)
    }
    topic = make_topic()
    training = {
        province.pk: make_province_training(province, topic, above[province.pk]["staff"])
        for province in (hai_phong, thanh_hoa)
    }
    places = {
        relation: make_place(
            commune, above[commune.province_id], shared[commune.province_id], training[commune.province_id], folder
        )
        for relation, commune in zip(RELATIONS, communes, strict=True)
    }
    notify(users=User.objects.all(), text="Cổng nghỉ bảo trì.", url="/")
    User.objects.update(last_seen_at=timezone.now())  # else the first page of each would note it
    return World(places["own"].owners, places)


def start_ids_at(first: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"ALTER SEQUENCE {name} RESTART {first}")


def make_place(
    commune: Commune, above: dict[str, User], shared: ProvinceReports, training: ProvinceTraining, folder: Path
) -> Place:
    officer = make_user(f"canbo.{commune.pk}", UserRole.COMMUNE_OFFICER, commune=commune)
    leader = make_user(f"lanhdao.{commune.pk}", UserRole.COMMUNE_LEADER, commune=commune)
    villages = make_units(commune, "Thôn 1", "Thôn 2", "Thôn 10", "Thôn 20", by=officer)
    decision = make_decision(commune, "01/QĐ-UBND ngày 10/7/2025", by=officer)
    attach_scan(decision=decision, scan=ContentFile(b"%PDF-1.7", "quyet-dinh.pdf"), by=officer)
    team = make_team(commune, "Tổ Thôn 1", villages[0], by=officer, founded_on=JULY, decision=decision)
    other_team = make_team(commune, "Tổ Thôn 2", villages[1], by=officer, founded_on=JULY, decision=decision)
    member = make_member(team, "Nguyễn Văn An", MemberRole.LEADER, phone="0914994123")
    gone = make_member(team, "Lê Thị Hoa", left_on=JULY, left_reason=LeaveReason.RESIGNED)
    homonym = make_member(other_team, "Nguyễn Văn An")
    check([commune.pk])
    finding, accepted = DataFinding.objects.filter(commune=commune).order_by("pk")[:2]
    accept(finding=accepted, version=1, reason="Đúng thực tế", by=officer)
    user = make_user(f"nguoi.{commune.pk}", UserRole.COMMUNE_OFFICER, commune=commune)
    Assignment.objects.create(user=user, role=UserRole.COMMUNE_LEADER, province=commune.province, commune=commune)
    closed = make_user(f"nghi.{commune.pk}", UserRole.COMMUNE_OFFICER, commune=commune)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    return Place(
        commune=commune,
        owners=above | {"officer": officer, "leader": leader},
        villages=villages,
        unit_plan=make_plan(villages[:2], "Thôn Gộp", by=officer),
        decision=Decision.objects.get(pk=decision.pk),
        team=TeamRow.objects.get(pk=team.pk),
        other_team=other_team,
        member=member,
        former=gone,
        contact=add_officer(commune=commune, fields=CONTACT, by=officer),
        rehearsed=rehearse(list_of(commune, "Thôn 1", folder), commune, by=officer),
        applied=load(list_of(commune, "Thôn 10", folder), commune),
        finished=make_job(officer, commune, JobState.DONE, file=ContentFile(b"PK", "ket-qua.xlsx"), filename="a.xlsx"),
        failed=make_job(officer, commune, JobState.FAILED, error="Tệp hỏng."),
        queued=make_job(officer, commune, JobState.QUEUED),
        user=user,
        closed_user=closed,
        invitation=invitations.invite(user=user, by=officer).split("/")[-2],
        finding=finding,
        accepted=accepted,
        homonym=homonym,
        pair=two_people(first=member, second=gone, by=officer),
        shared=shared,
        reports=make_commune_reports(
            commune, [team, other_team], shared, officer=officer, leader=leader, staff=above["staff"]
        ),
        training=training,
        replies=make_commune_training(commune, training, officer=officer, staff=above["staff"]),
    )


CONTACT = {"full_name": "Phạm Thị Lan", "phone": "0912345678", "citizen_id": "031090001234"}


def list_of(commune: Commune, village: str, folder: Path) -> Path:
    """A workbook with one new member of one village."""
    name = f"{commune.pk}-{village}.xlsx"
    return write(folder / name, grid([row("Vũ Đức Dũng", "Thành viên", commune=commune.name, team=village)]))


def make_job(by: User, commune: Commune, state: JobState, **more) -> Job:
    ended = None if state == JobState.QUEUED else timezone.now()
    where = {"province_code": commune.province_id, "commune_code": commune.pk}
    return Job.objects.create(
        kind="test", title="Xuất danh sách", owner=by, state=state, finished_at=ended, **where, **more
    )
