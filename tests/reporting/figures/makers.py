"""A form with one of everything a figure can be, a register as Cát Hải's, a campaign that asks for it."""

from datetime import date

from cdt_portal.accounts.models import User
from reporting.enums import FormAudience, PeriodKind, PeriodScheme, VersionState
from reporting.models import Campaign, FormVersion, Report, ReportAnswer, ReportForm, ReportPeriod
from teams.enums import MemberRole, TeamKind
from teams.models import Commune, Province, Team
from tests.reporting.reports.makers import DUE, make_campaign, make_version
from tests.teams.makers import make_decision, make_member, make_team, make_units

CUT_OFF = date(2025, 12, 31)
SINCE = date(2025, 11, 1)
DECISION = "Quyết định số 1907 ngày 31/10/2025"
ABOUT = "thành lập Tổ công nghệ số cộng đồng"
ZALO = "https://zalo.me/g/xuubpv554"
LETTER = "thúc đẩy, phát huy hiệu quả của các Tổ công nghệ số cộng đồng"

DOCUMENT_COLUMNS = [
    {"code": "text", "label": "Văn bản"},
    {"code": "date", "label": "Ngày", "kind": "date"},
    {"code": "subject", "label": "Trích yếu"},
]
FORM = {
    "title": "BÁO CÁO",
    "subject": "Kết quả triển khai phát huy hiệu quả của các Tổ công nghệ số cộng đồng",
    "opening": "Thực hiện {basis}, Ủy ban nhân dân {commune} báo cáo kết quả đến hết ngày {cutoff} như sau:",
    "roster_appendix": True,
    "sections": [
        {
            "code": "steering",
            "heading": "I. CÔNG TÁC CHỈ ĐẠO",
            "level": 1,
            "indicators": [
                {
                    "code": "documents",
                    "label": "Văn bản đã ban hành",
                    "kind": "table",
                    "source": "register.documents",
                    "columns": DOCUMENT_COLUMNS,
                }
            ],
        },
        {
            "code": "teams",
            "heading": "1. Kiện toàn các Tổ Công nghệ số",
            "level": 2,
            "indicators": [
                {
                    "code": "villages",
                    "label": "Số thôn",
                    "source": "register.villages",
                    "unit": "thôn",
                    "line": "- Số lượng thôn bản, tổ dân phố trên địa bàn: Có {value} thôn.",
                },
                {"code": "covered", "label": "Số thôn có tổ", "source": "register.covered", "unit": "thôn"},
                {"code": "members", "label": "Số thành viên", "source": "register.members", "unit": "thành viên"},
                {"code": "coverage", "label": "Tỷ lệ", "kind": "rate", "rate_of": "covered", "rate_over": "villages"},
                {"code": "decision", "label": "Quyết định", "kind": "decision", "source": "register.decisions"},
                {"code": "zalo", "label": "Nhóm Zalo", "kind": "link", "source": "register.zalo"},
                {"code": "people", "label": "Số người dự thi", "unit": "người", "required": True},
                {
                    "code": "training",
                    "label": "Lực lượng",
                    "kind": "text",
                    "draft": "{commune} có {members} thành viên thuộc {villages} thôn; {people} người dự thi.",
                },
            ],
        },
    ],
    "checks": [
        {"left": "covered", "right": "villages"},
        {"left": "people", "right": 5000, "severity": "warning", "message": "Quá nhiều người dự thi."},
        {"left": "members", "jump": 20, "severity": "warning"},
    ],
}
TEAM_FORM = {
    "sections": [
        {
            "heading": "Hộ gia đình",
            "indicators": [
                {"code": "households", "label": "Số hộ"},
                {"code": "guided", "label": "Số hộ được hướng dẫn"},
                {"code": "rate", "label": "Tỷ lệ", "kind": "rate", "rate_of": "guided", "rate_over": "households"},
                {"code": "remarks", "label": "Ghi chú", "kind": "text"},
            ],
        }
    ]
}


def make_letter_campaign(province: Province, definition: dict = FORM, **more) -> Campaign:
    """Asked for by letter 4675, on the figures of 31/12/2025."""
    campaign = make_campaign(province, version=make_version(definition), ends_on=CUT_OFF, **more)
    campaign.letter.subject = LETTER
    campaign.letter.save()
    return campaign


def make_period(province: Province, team_form: dict = TEAM_FORM) -> ReportPeriod:
    form = ReportForm.objects.create(slug="so-lieu-to", name="Số liệu tổ", audience=FormAudience.TEAM)
    return ReportPeriod.objects.create(
        province=province,
        scheme=PeriodScheme.CALENDAR,
        kind=PeriodKind.QUARTER,
        name="Quý IV/2025",
        starts_on=date(2025, 10, 1),
        ends_on=CUT_OFF,
        cumulative_from=date(2025, 1, 1),
        team_due_at=DUE,
        commune_due_at=DUE,
        department_due_at=DUE,
        team_form=FormVersion.objects.create(
            form=form, number=1, state=VersionState.PUBLISHED, definition=team_form, published_at=DUE
        ),
    )


def make_register(commune: Commune, by: User, teams: int = 2) -> list[Team]:
    """`teams` villages with a team of two each, one village without, a squad of one person; one decision, one group."""
    villages = make_units(commune, *(f"Thôn {number}" for number in range(1, teams + 2)), by=by)
    decision = make_decision(commune, DECISION, by=by)
    decision.subject = ABOUT
    decision.save()
    made = []
    for village in villages[:teams]:
        team = make_team(commune, f"Tổ {village.name}", village, by=by, founded_on=SINCE, decision=decision)
        make_member(team, "Lê Thị Hoa", joined_on=SINCE)
        make_member(team, "Nguyễn Văn An", MemberRole.LEADER, joined_on=SINCE)
        made.append(team)
    Team.objects.filter(commune=commune).update(zalo_url=ZALO)
    squad = make_team(commune, "Đội 1", by=by, kind=TeamKind.RAPID_RESPONSE, founded_on=SINCE)
    make_member(squad, "Trần Văn Bình", joined_on=SINCE)
    return made


def write(report: Report, **values: object) -> None:
    for code, value in values.items():
        ReportAnswer.objects.create(
            report=report, province_id=report.province_id, commune_id=report.commune_id, code=code, value=value
        )
