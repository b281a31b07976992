"""A campaign that several communes of a province answered."""

from cdt_portal.accounts.models import User
from reporting.models import Campaign, Report, ReportSnapshot
from reporting.services import reports as services
from teams.enums import UserRole
from teams.models import Assignment, Commune, Province
from tests.conftest import make_commune, make_user
from tests.reporting.reports.makers import make_report, ready


def make_communes(province: Province, *names: str) -> list[Commune]:
    return [make_commune(f"9{number:04}", name, "rural_commune", province) for number, name in enumerate(names)]


def officer_of(commune: Commune) -> User:
    post = Assignment.objects.filter(commune=commune, role=UserRole.COMMUNE_OFFICER).select_related("user").first()
    return post.user if post else make_user(f"canbo.{commune.pk}", UserRole.COMMUNE_OFFICER, commune=commune)


def send(campaign: Campaign, commune: Commune, **answers: object) -> Report:
    """The commune's report, sent with these answers; a report that stands already is filled in further."""
    by = officer_of(commune)
    report = Report.objects.filter(campaign=campaign, commune=commune).first()
    if report is None:
        report = ready(make_report(campaign, commune), by, **answers)
    else:
        versions = dict(report.answers.values_list("code", "version"))
        required = {} if "helped" in versions else {"helped": "0"}
        for code, raw in {**required, **answers}.items():
            version = versions.get(code, 0)
            services.save_answer(report=report, code=code, raw=raw, note="", version=version, by=by)
    return services.submit(report=report, by=by)


def snapshot_of(report: Report) -> ReportSnapshot:
    return report.snapshots.order_by("-number").first()
