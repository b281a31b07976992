"""The steps of benchmarks/reports.py: a province's reports frozen, their PDFs by the portal's jobs and by WeasyPrint
alone, the province's workbook."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import cycle, islice
from random import Random

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.jobs.models import Job
from cdt_portal.jobs.registry import handler_of
from cdt_portal.jobs.services import run
from cdt_portal.lib.documents import pdf
from cdt_portal.lib.periods import due_after
from reporting.demo import story
from reporting.enums import ReportState, VersionState
from reporting.layouts.report import report_document
from reporting.models import Campaign, FormVersion, ProvinceReport, Report, ReportAnswer, ReportSnapshot
from reporting.queries.figures import frozen_figures
from reporting.services.campaigns import create_campaign, open_campaign, save_letter
from reporting.services.consolidation import consolidate
from reporting.services.forms import load_shipped
from reporting.services.province_rendering import province_bytes
from reporting.services.snapshots import freeze
from teams.demo.province import seed_communes
from teams.models import Commune, Member, Province

PROVINCE = "38"  # Thanh Hóa: 166 communes
SEED, TEAMS, MEMBERS = 2026, 39.5, 6.7  # teams a commune, members a team


def seed(roster: str, number: str) -> Callable[[], int]:
    """`number` submissions of the province's communes, of some of them or again and again until there are so many, each
    waiting for its PDF; with `roster` each has its teams and members as an appendix. How many communes."""

    def work() -> int:
        with transaction.atomic(), story.at(date(2025, 12, 24), 9):
            communes = list(Commune.objects.filter(province=PROVINCE).order_by("pk"))
            teams = round(len(communes) * TEAMS)
            seed_communes(Random(SEED), communes, teams, round(teams * MEMBERS))
            by = User.objects.create_user("do.dac")
            campaign = make_campaign(by, roster == "with roster")
            reports = list(campaign.reports.select_related("campaign", "commune").order_by("pk"))
            ReportAnswer.objects.bulk_create(
                ReportAnswer(
                    report=report, province_id=PROVINCE, commune=report.commune, code="contest_people", value=1440
                )
                for report in reports
            )
            for report in islice(cycle(middle(reports, int(number))), int(number)):
                freeze(report=report, by=by)
            now = timezone.now()
            campaign.reports.update(state=ReportState.SUBMITTED, submitted_at=now, first_submitted_at=now, on_time=True)
        return len(reports)

    return work


def middle(reports: list[Report], number: int) -> list[Report]:
    """All, or of a smaller number those with the most usual rosters: they stand for the others, and workers that share
    them end together."""
    sizes = dict(Member.objects.values("commune").annotate(Count("pk")).values_list("commune", "pk__count"))
    by_size = sorted(reports, key=lambda report: sizes.get(report.commune_id, 0))
    return by_size[(len(reports) - number) // 2 :][:number] if number < len(reports) else reports


def make_campaign(by: User, has_roster: bool) -> Campaign:
    load_shipped()
    shipped = FormVersion.objects.get(form__slug=story.FORM)
    version = FormVersion.objects.create(
        form=shipped.form,
        number=2,
        state=VersionState.PUBLISHED,
        definition=shipped.definition | {"roster_appendix": has_roster},
        published_at=timezone.now(),
    )
    province = Province.objects.get(pk=PROVINCE)
    letter = {"raw_text": "Công văn số 4675/SKHCN-CNTT ngày 19/12/2025", "subject": story.SUBJECT}
    fields = {
        "title": "Kết quả triển khai, phát huy hiệu quả của các Tổ công nghệ số cộng đồng",
        "letter": save_letter(province=province, letter=None, fields=letter, by=by),
        "form_version": version,
        "starts_on": date(2025, 7, 1),
        "ends_on": date(2025, 11, 30),
        "cumulative_from": date(2025, 7, 1),
        "commune_due_at": due_after(date(2025, 12, 30)),
        "department_due_at": due_after(date(2026, 1, 8)),
    }
    campaign = create_campaign(by=by, province=province, fields=fields)
    return open_campaign(campaign=campaign, by=by)


def snapshots() -> Iterator[ReportSnapshot]:
    return ReportSnapshot.objects.order_by("pk").iterator(chunk_size=20)


def jobs() -> Callable[[], int]:
    """What a worker does with the jobs that wait, beside others that do the same; how many PDFs stand at the end."""
    pdf.render_pdf(report_document(frozen_figures(next(snapshots()))))  # as one that has worked before
    handler_of("report.pdf")
    waiting = list(Job.objects.filter(kind="report.pdf", state="queued").order_by("pk").values_list("pk", flat=True))

    def work() -> int:
        for pk in waiting:
            run(pk)
        return ReportSnapshot.objects.exclude(pdf_sha256="").count()

    return work


def bare() -> Callable[[], int]:
    """WeasyPrint's own time for the same pages, written as HTML beforehand, with fonts and style sheet kept."""
    from weasyprint import HTML

    sources = [source for snapshot in snapshots() for source in html_of(snapshot)]
    style, fonts = pdf._style()

    def write(source: str) -> bytes:
        return HTML(string=source).write_pdf(stylesheets=[style], font_config=fonts, presentational_hints=True)

    write(sources[0])
    return lambda: sum(bool(write(source)) for source in sources)


def html_of(snapshot: ReportSnapshot) -> list[str]:
    """The paper, then its appendix."""
    document = report_document(frozen_figures(snapshot))
    return [pdf._paper(document), *map(pdf._appendix, document.appendices)]


def province(format: str) -> Callable[[], int]:
    """Add the campaign up and write the province's report; the file's bytes."""
    campaign = Campaign.objects.select_related("province", "form_version").get()

    def work() -> int:
        consolidate(campaign=campaign)
        report = ProvinceReport.objects.select_related("campaign__form_version", "campaign__province").get()
        return len(province_bytes(report, format)[0])

    return work
