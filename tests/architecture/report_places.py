"""What reports add to the world of the URL table: to each province what its communes share, to each commune one of
everything that reports know, made by the portal's own services.

Every campaign asks only the one commune that it was made for: what its neighbour is not asked is not theirs to see.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.jobs.enums import JobState
from cdt_portal.lib.periods import due_after
from cdt_portal.notices.models import Notice
from reporting.enums import BundleKind, FormAudience
from reporting.models import (
    AddresseeGroup,
    Attachment,
    BodyAddressee,
    Bundle,
    Campaign,
    FormVersion,
    Holiday,
    ProvinceReport,
    ReadyComment,
    Report,
    ReportForm,
    ReportingPolicy,
    ReportPeriod,
    TeamFigures,
    TeamLink,
    TeamSubmission,
)
from reporting.services import (
    addressees,
    bundles,
    campaigns,
    consolidation,
    forms,
    periods,
    province_rendering,
    rendering,
    reports,
    review,
    team_figures,
    team_links,
)
from reporting.services.attachments import attach
from teams.models import Commune, Province, Team
from tests.conftest import make_commune
from tests.reporting.campaigns.makers import ad_hoc, make_letter
from tests.reporting.reports.makers import SMALL_FORM, make_version, ready
from tests.reporting.team_figures.makers import make_form as make_team_form
from tests.reporting.team_figures.makers import make_period

TODAY = timezone.localdate()
DUE = {
    "commune_due_at": due_after(TODAY + timedelta(days=30)),
    "department_due_at": due_after(TODAY + timedelta(days=40)),
}
PDF = b"%PDF-1.7 %%EOF"


@dataclass(frozen=True, slots=True)
class Shipped:
    """What comes with the portal for all provinces."""

    version: FormVersion
    team_form: FormVersion
    holiday: Holiday


@dataclass(frozen=True, slots=True)
class ProvinceReports:
    """What all communes of a province share. The spare commune is one that no campaign asks."""

    shipped: Shipped
    period: ReportPeriod
    earlier: ReportPeriod
    bare_period: ReportPeriod
    published: FormVersion
    draft: FormVersion
    policy: ReportingPolicy
    holiday: Holiday
    spare: Commune
    comment: ReadyComment

    @property
    def form(self) -> ReportForm:
        return self.published.form

    @property
    def drafted_form(self) -> ReportForm:
        return self.draft.form


@dataclass(frozen=True, slots=True)
class CommuneReports:
    """A commune's own; a report is named by its state. `open` is the campaign of `writing`, `unopened` one that asks
    nobody yet; that of `accepted` was added up for the province, that of `locked` locked with its workbook."""

    link: TeamLink
    revoked: TeamLink
    submission: TeamSubmission
    figures: TeamFigures
    open: Campaign
    unopened: Campaign
    group: AddresseeGroup
    body: BodyAddressee
    bare_body: BodyAddressee
    writing: Report
    awaiting: Report
    sent: Report
    under_review: Report
    returned: Report
    accepted: Report
    enclosed: Attachment
    sent_enclosed: Attachment
    notice: Notice
    province_report: ProvinceReport
    locked: ProvinceReport
    bundle: Bundle
    code: str = "people"  # an indicator that nobody has answered
    section: str = "proposals"
    first: int = 1
    excel: str = "xlsx"
    pdf: str = "pdf"

    @property
    def token(self) -> str:
        return team_links.token_of(self.link)

    @property
    def revoked_token(self) -> str:
        return team_links.token_of(self.revoked)

    @property
    def forged_token(self) -> str:
        """The id and the moment of a link that opens, signed by somebody else."""
        return f"{self.token.rpartition('.')[0]}.{'A' * 43}"


def make_shipped() -> Shipped:
    return Shipped(
        version=make_version(SMALL_FORM),
        team_form=make_team_form(),
        holiday=Holiday.objects.create(province=None, day=date(2026, 9, 2), name="Quốc khánh"),
    )


def make_province_reports(province: Province, shipped: Shipped, staff: User) -> ProvinceReports:
    draft = forms.add_form(
        province=province, name="Mẫu đang soạn", audience=FormAudience.COMMUNE, like=shipped.version, by=staff
    )
    own = forms.add_form(
        province=province, name="Mẫu của tỉnh", audience=FormAudience.COMMUNE, like=shipped.version, by=staff
    )
    bare = {
        "name": "Kỳ chưa dùng",
        "starts_on": TODAY,
        "ends_on": TODAY + timedelta(days=10),
        "cumulative_from": TODAY,
        "team_due_at": due_after(TODAY + timedelta(days=20)),
        **DUE,
    }
    usual = {"kinds": ["year"], "open_days_ahead": 0}
    team_form = {"team_form": shipped.team_form}
    periods.add_holidays(province=province, days={date(2026, 5, 13): "Ngày Giải phóng Hải Phòng"}, by=staff)
    return ProvinceReports(
        shipped=shipped,
        period=make_period(province, **team_form),
        earlier=make_period(province, name="Kỳ trước", ends_on=TODAY - timedelta(days=90), **team_form),
        bare_period=periods.add_period(province=province, fields=bare, by=staff),
        published=forms.publish(draft=own, version=own.version, by=staff),
        draft=draft,
        policy=periods.save_policy(province=province, version=0, fields=usual, by=staff),
        holiday=Holiday.objects.get(province=province),
        spare=make_commune(f"9{province.pk}00", "Xã Chưa Giao", "rural_commune", province),
        comment=review.add_ready_comment(province=province, text="Ghi rõ số lớp.", by=staff),
    )


def make_commune_reports(
    commune: Commune, teams: list[Team], shared: ProvinceReports, *, officer: User, leader: User, staff: User
) -> CommuneReports:
    maker = Maker(commune, shared, officer=officer, leader=leader, staff=staff)
    opened, unopened = maker.campaign("open"), maker.draft("unopened")
    told = {"name": "Xã đảo", "due_at": opened.commune_due_at + timedelta(days=3), "communes": [commune.pk]}
    group = addressees.save_group(campaign=opened, group=None, version=0, fields=told, by=staff)
    addressees.add_bodies(campaign=opened, names=["Tỉnh đoàn", "Hội Nông dân"], by=staff)
    body, bare_body = opened.bodies.all()
    received = {"name": body.name, "file": ContentFile(PDF, "bao-cao.pdf")}
    writing, sent, reviewed, returned, accepted = (
        ready(maker.report(maker.campaign(name) if name else opened), officer)
        for name in ("", "sent", "reviewed", "returned", "accepted")
    )
    awaiting = ready(maker.report(maker.campaign("awaiting", leader_approves=True)), officer)
    enclosed, sent_enclosed = (maker.attach(report) for report in (writing, sent))
    link, revoked, submission = maker.sent_by_link(teams)
    accepted = reports.accept(report=maker.send(accepted), by=staff)
    return CommuneReports(
        link=link,
        revoked=revoked,
        submission=submission,
        figures=maker.figures(teams),
        open=Campaign.objects.get(pk=opened.pk),
        unopened=unopened,
        group=group,
        body=addressees.update_body(body=body, version=body.version, fields=received, by=staff),
        bare_body=bare_body,
        writing=maker.report(opened),
        awaiting=reports.ask_approval(report=awaiting, by=officer),
        sent=maker.send(sent),
        under_review=reports.take(report=maker.send(reviewed), by=staff),
        returned=reports.return_(report=maker.send(returned), by=staff, note="Sửa."),
        accepted=accepted,
        enclosed=enclosed,
        sent_enclosed=sent_enclosed,
        notice=Notice.objects.filter(user=officer).latest("pk"),
        province_report=maker.added_up(accepted.campaign),
        locked=maker.locked(maker.campaign("locked")),
        bundle=maker.bundle(accepted.campaign),
    )


class Maker:
    """The steps behind one commune's reports."""

    def __init__(self, commune: Commune, shared: ProvinceReports, *, officer: User, leader: User, staff: User):
        self.commune, self.shared = commune, shared
        self.officer, self.leader, self.staff = officer, leader, staff

    def draft(self, slug: str, **more) -> Campaign:
        """On a letter of its own, for the one commune."""
        letter = make_letter(self.commune.province, f"Công văn số {slug}/SKHCN ngày 19/12/2025")
        scan = {"file": ContentFile(PDF, "cong-van.pdf")}
        letter = campaigns.save_letter(province=self.commune.province, letter=letter, fields=scan, by=self.staff)
        fields = ad_hoc(letter, self.shared.published, title=f"Báo cáo {slug}", **DUE, **more)
        asked = {"province": self.commune.province, "communes": [self.commune.pk]}
        return campaigns.create_campaign(by=self.staff, fields=fields, **asked)

    def campaign(self, slug: str, **more) -> Campaign:
        return campaigns.open_campaign(campaign=self.draft(slug, **more), by=self.staff)

    def report(self, campaign: Campaign) -> Report:
        return Report.objects.select_related("campaign", "commune").get(campaign=campaign)

    def send(self, report: Report) -> Report:
        """With its PDF."""
        sent = reports.submit(report=report, by=self.officer)
        rendering.store_pdf(sent.snapshots.get().pk)
        return sent

    def attach(self, report: Report) -> Attachment:
        return attach(report=report, code="", file=ContentFile(PDF, "a.pdf"), filename="Phụ lục.pdf", by=self.officer)

    def sent_by_link(self, teams: list[Team]) -> tuple[TeamLink, TeamLink, TeamSubmission]:
        """The first team's link, which was opened and sent from; the second's, which was revoked."""
        team_links.make_links(commune=self.commune, period=self.shared.period, by=self.officer)
        first, second = (TeamLink.objects.get(period=self.shared.period, team=team) for team in teams)
        team_links.note_opening(first)  # else the first look at it would note that
        team_links.revoke_links(links=[second], by=self.officer)
        submission = TeamSubmission.objects.create(
            link=first,
            period=self.shared.period,
            team=first.team,
            commune=self.commune,
            province=self.commune.province,
            values={"households": 120},
            sender="Nguyễn Văn An",
        )
        return first, TeamLink.objects.get(pk=second.pk), submission

    def added_up(self, campaign: Campaign) -> ProvinceReport:
        consolidation.consolidate(campaign=campaign)
        return ProvinceReport.objects.get(campaign=campaign)

    def locked(self, campaign: Campaign) -> ProvinceReport:
        seen = self.added_up(campaign)
        report = consolidation.lock_province(campaign=campaign, version=seen.version, sha256=seen.sha256, by=self.staff)
        province_rendering.keep_file(report, "xlsx")
        return report

    def bundle(self, campaign: Campaign) -> Bundle:
        """One whose file is there."""
        bundle = bundles.ask_bundle(campaign=campaign, kind=BundleKind.ZIP, by=self.staff)
        bundle.job.file.save("a.zip", ContentFile(b"PK"), save=False)
        bundle.job.state, bundle.job.finished_at = JobState.DONE, timezone.now()
        bundle.job.save()
        return bundle

    def figures(self, teams: list[Team]) -> TeamFigures:
        """The first team's; the second has some of the period before only."""
        first, second = teams
        given = {"raw": {"households": "100"}, "version": 0, "by": self.officer}
        team_figures.save_figures(period=self.shared.earlier, team=second, **given)
        return team_figures.save_figures(period=self.shared.period, team=first, **given)
