"""A campaign with a small form, and a commune's report to it in any state."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from cdt_portal.accounts.models import User
from reporting.enums import CampaignKind, CampaignState, FormAudience, ReportState, VersionState
from reporting.models import Campaign, DirectiveLetter, FormVersion, Report, ReportForm
from reporting.services.reports import save_answer
from teams.models import Commune, Province

DUE = datetime(2026, 1, 5, 17, tzinfo=UTC)  # midnight after 05/01/2026 in Việt Nam

SMALL_FORM = {
    "title": "BÁO CÁO",
    "subject": "Kết quả hoạt động của Tổ công nghệ số cộng đồng",
    "opening": "{commune} báo cáo như sau:",
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
                    "columns": [
                        {"code": "text", "label": "Số, ký hiệu"},
                        {"code": "date", "label": "Ngày ban hành", "kind": "date"},
                        {"code": "subject", "label": "Trích yếu"},
                    ],
                }
            ],
        },
        {
            "code": "results",
            "heading": "II. KẾT QUẢ",
            "level": 1,
            "indicators": [
                {"code": "villages", "label": "Số thôn, tổ dân phố", "kind": "number", "source": "register.villages"},
                {"code": "people", "label": "Số người được hướng dẫn", "kind": "number", "unit": "người"},
                {"code": "helped", "label": "Số người làm được", "kind": "number", "required": True, "unit": "người"},
                {"code": "share", "label": "Tỷ lệ", "kind": "rate", "rate_of": "helped", "rate_over": "people"},
                {"code": "decision", "label": "Quyết định thành lập", "kind": "decision"},
                {"code": "skill", "label": "Mức độ", "kind": "choice", "choices": ["Tốt", "Khá", "Trung bình"]},
                {"code": "zalo", "label": "Nhóm Zalo", "kind": "link"},
                {"code": "held_on", "label": "Ngày tổ chức", "kind": "date"},
            ],
        },
        {
            "code": "proposals",
            "heading": "III. ĐỀ XUẤT, KIẾN NGHỊ",
            "level": 1,
            "indicators": [{"code": "proposals", "label": "Đề xuất, kiến nghị", "kind": "text"}],
        },
    ],
    "checks": [{"left": "helped", "right": "people", "message": "Số người làm được không lớn hơn số được hướng dẫn."}],
}


def make_version(definition: Mapping = SMALL_FORM, slug: str = "mau-nho") -> FormVersion:
    form = ReportForm.objects.create(slug=slug, name="Mẫu nhỏ", audience=FormAudience.COMMUNE)
    return FormVersion.objects.create(
        form=form, number=1, state=VersionState.PUBLISHED, definition=definition, published_at=datetime.now(UTC)
    )


def make_campaign(province: Province, *, version: FormVersion | None = None, **more) -> Campaign:
    """Asked for by a letter, open, due at the end of 05/01/2026."""
    letter = DirectiveLetter.objects.create(
        province=province,
        raw_text="Công văn số 4675/SKHCN-CNTT ngày 19/12/2025",
        issuer="Sở Khoa học và Công nghệ",
        subject="Báo cáo kết quả hoạt động của Tổ công nghệ số cộng đồng",
    )
    fields = {
        "slug": "cv-4675",
        "kind": CampaignKind.AD_HOC,
        "state": CampaignState.OPEN,
        "title": "Báo cáo theo Công văn số 4675",
        "letter": letter,
        "starts_on": date(2025, 10, 1),
        "ends_on": date(2025, 12, 31),
        "cumulative_from": date(2025, 1, 1),
        "commune_due_at": DUE,
        "department_due_at": datetime(2026, 1, 12, 17, tzinfo=UTC),
    }
    return Campaign.objects.create(province=province, form_version=version or make_version(), **(fields | more))


def make_report(campaign: Campaign, commune: Commune, state: str = ReportState.NOT_STARTED, **more) -> Report:
    return Report.objects.create(
        campaign=campaign, province_id=commune.province_id, commune=commune, state=state, **more
    )


def ready(report: Report, by: User, **answers: object) -> Report:
    """The report with what its form requires, and `answers`."""
    for code, raw in {"helped": "12", **answers}.items():
        save_answer(report=report, code=code, raw=raw, note="", version=0, by=by)
    return Report.objects.select_related("campaign", "commune").get(pk=report.pk)
