"""Periods and campaigns as the portal makes them, with a form that can be named."""

import re
from collections.abc import Iterable
from datetime import date, datetime

from django.test import Client
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.lib.periods import ZONE, due_after
from reporting.enums import FormAudience, PeriodKind, PeriodScheme, VersionState
from reporting.models import Campaign, DirectiveLetter, FormVersion, ReportForm, ReportPeriod
from reporting.services.campaigns import create_campaign, open_campaign
from teams.models import Province

JANUARY = datetime(2026, 1, 10, 9, tzinfo=ZONE)  # a Saturday within the first quarter
LINE = "Công văn số 4675/SKHCN-CNTT ngày 19/12/2025"


def make_form(slug: str = "mau-nho", audience: str = FormAudience.COMMUNE, *, number: int = 1) -> FormVersion:
    form, _ = ReportForm.objects.get_or_create(
        slug=slug, province=None, defaults={"name": f"Mẫu {slug}", "audience": audience}
    )
    return FormVersion.objects.create(
        form=form, number=number, state=VersionState.PUBLISHED, definition={}, published_at=timezone.now()
    )


def make_period(province: Province, quarter: int = 1, **more) -> ReportPeriod:
    """A quarter of 2026 by Nghị định 09, due on the 17th, the 20th and the 27th after it."""
    month = 3 * quarter
    starts_on = date(2025, 12, 15) if quarter == 1 else date(2026, month - 3, 15)
    return ReportPeriod.objects.create(
        province=province,
        **{
            "scheme": PeriodScheme.ND09,
            "kind": PeriodKind.QUARTER,
            "name": f"Quý {('I', 'II', 'III', 'IV')[quarter - 1]} năm 2026",
            "starts_on": starts_on,
            "ends_on": date(2026, month, 14),
            "cumulative_from": date(2025, 12, 15),
            "team_due_at": due_after(date(2026, month, 17)),
            "commune_due_at": due_after(date(2026, month, 20)),
            "department_due_at": due_after(date(2026, month, 27)),
        }
        | more,
    )


def make_letter(province: Province, raw_text: str = LINE) -> DirectiveLetter:
    return DirectiveLetter.objects.create(
        province=province,
        raw_text=raw_text,
        number="4675",
        symbol="SKHCN-CNTT",
        issued_on=date(2025, 12, 19),
        issuer="Sở Khoa học và Công nghệ",
        subject="Báo cáo kết quả hoạt động",
    )


def ad_hoc(letter: DirectiveLetter, form: FormVersion, **more) -> dict[str, object]:
    """The fields of a campaign on a letter, as of the end of 2025."""
    return {
        "title": "Báo cáo theo Công văn 4675",
        "letter": letter,
        "form_version": form,
        "starts_on": date(2025, 10, 1),
        "ends_on": date(2025, 12, 31),
        "cumulative_from": date(2025, 1, 1),
        "commune_due_at": due_after(date(2026, 1, 15)),
        "department_due_at": due_after(date(2026, 1, 22)),
    } | more


def make_periodic(
    period: ReportPeriod, by: User, *, form: FormVersion, communes: list[str] | None = None, bodies: Iterable[str] = ()
) -> Campaign:
    fields = {"title": f"Báo cáo hoạt động {period.name}", "period": period, "form_version": form}
    return create_campaign(by=by, province=period.province, fields=fields, communes=communes, bodies=bodies)


def opened(campaign: Campaign, by: User) -> Campaign:
    return open_campaign(campaign=campaign, by=by, now=JANUARY)


def page_text(client: Client, url: str) -> str:
    """The page on one line; it must answer 200."""
    answer = client.get(url)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def typed_letter(form: FormVersion, **more) -> dict:
    """What is typed for a campaign on a letter."""
    return {
        "letter_line": LINE,
        "issued_on": "",
        "subject": "Báo cáo kết quả hoạt động",
        "issuer": "Sở Khoa học và Công nghệ",
        "contact_name": "Trần Văn Bình",
        "contact_phone": "0912 345 678",
        "title": "",
        "form_version": form.pk,
        "starts_on": "",
        "ends_on": "31/12/2025",
        "commune_due_at": "trước ngày 16/1/2026",
        "department_due_at": "",
        "asked": "all",
        "instructions": "",
        "bodies": "Tỉnh đoàn\nHội Nông dân",
    } | more
