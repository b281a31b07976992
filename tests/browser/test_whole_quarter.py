"""A whole quarter: opened by beat, filled by three communes of five, one returned and sent again, one late,
consolidated, locked. The portal's clock stands on the day of each act."""

from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from reporting import tasks
from reporting.demo.story import at
from reporting.models import Campaign, FormVersion, Report, ReportingPolicy, ReportPeriod
from reporting.services.campaigns import create_campaign, lock_campaign, open_campaign
from reporting.services.forms import load_shipped
from teams.enums import UserRole
from teams.models import Commune
from tests.browser.desk import PHONE, WIDE, Desk, ask, work
from tests.browser.report.editor import answer, control, leave, rich, says
from tests.conftest import make_user
from tests.lib.documents.reading import plain_text
from tests.reporting.province.makers import make_communes, officer_of
from tests.teams.makers import JULY, make_decision, make_member, make_team, make_units

pytestmark = pytest.mark.browser

FORM, TEAM_FORM = "hoat-dong-6-noi-dung", "so-lieu-to-hang-quy"
OPENED, FILLED, REVIEWED = date(2026, 2, 12), date(2026, 3, 16), date(2026, 3, 17)
LAST_DAY, TOO_LATE, CONSOLIDATED = date(2026, 3, 18), date(2026, 3, 19), date(2026, 3, 20)
# By commune, what its two teams report: households, of them guided, people helped online; empty is not zero.
FIGURES = {
    "Xã An": [("120", "100", "30"), ("80", "80", "")],
    "Xã Bình": [("1.440", "1.300", "700"), ("60", "20", "0")],
    "Xã Cường": [("300", "150", "41"), ("", "", "")],
}


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def desk(request, window_of, settings, tmp_path) -> Desk:
    settings.MEDIA_ROOT = tmp_path / "media"
    return Desk(window_of, tmp_path, request.param)


@pytest.fixture
def communes(live_server, hai_phong) -> list[Commune]:
    """Five, with two teams each."""
    communes = make_communes(hai_phong, "Xã An", "Xã Bình", "Xã Cường", "Xã Dũng", "Xã Giang")
    for commune in communes:
        officer = officer_of(commune)
        decision = make_decision(commune, "Quyết định số 12/QĐ-UBND ngày 10/07/2025", officer)
        for village in make_units(commune, "Thôn Đông", "Thôn Đoài", by=officer, since=JULY):
            team = make_team(commune, village.name, village, by=officer, founded_on=JULY, decision=decision)
            make_member(team, "Nguyễn Văn An", "leader", joined_on=JULY)
            make_member(team, "Trần Thị Bình", joined_on=JULY)
    return communes


@pytest.fixture
def quarter_before(hai_phong, staff, communes) -> Campaign:
    """The province's policy, and the last quarter of 2025, in which nobody reported; locked."""
    load_shipped()
    ReportingPolicy.objects.create(province=hai_phong, kinds=["quarter"], opens_campaigns=True)
    with at(date(2025, 12, 1), 8):
        tasks.open_due_periods()
        period = ReportPeriod.objects.get()
        period.team_form = FormVersion.objects.get(form__slug=TEAM_FORM)
        period.save(update_fields=["team_form"])
        form = FormVersion.objects.get(form__slug=FORM)
        fields = {"title": f"Báo cáo hoạt động {period.name}", "period": period, "form_version": form}
        campaign = create_campaign(by=staff, province=hai_phong, fields=fields)
        open_campaign(campaign=campaign, by=staff)
    with at(date(2026, 1, 5), 8):
        return lock_campaign(campaign=campaign, by=staff)


def test_a_quarter_from_its_opening_to_the_locked_report(desk, communes, quarter_before, staff, tmp_path):
    with at(OPENED, 6):
        assert tasks.open_due_periods() == 1
    campaign = Campaign.objects.exclude(pk=quarter_before.pk).get()
    assert (campaign.state, campaign.previous) == ("open", quarter_before)
    assert list(campaign.reports.values_list("state", flat=True)) == ["not_started"] * 5
    an, binh, cuong = (campaign.reports.get(commune=commune) for commune in communes[:3])

    with at(FILLED, 9):
        for report in (an, binh):
            fill(desk, report)
            send(desk, report)
        work()
    with at(REVIEWED, 9):
        accept(desk, an, staff)
        give_back(desk, binh, staff)
    with at(LAST_DAY, 16):
        correct(desk, binh)
    with at(TOO_LATE, 8):
        fill(desk, cuong)
        send(desk, cuong, late=True)
        work()
    with at(CONSOLIDATED, 14):
        for report in (binh, cuong):
            accept(desk, report, staff)
        consolidate(desk, campaign, staff)
        download(desk, campaign, staff, tmp_path)
        lock(desk, campaign, staff)
        look_back(desk, campaign, communes)
    assert desk.wrong == []


def page_of(report: Report, path: str = "") -> str:
    return f"/bao-cao/xa/{report.pk}/{path}"


def fill(desk: Desk, report: Report) -> None:
    """The officer types what the teams told, from the list of what is owed; then the report's own words."""
    page = desk.of(officer_of(report.commune))
    page.goto("/bao-cao/")
    desk.look(page, "việc phải làm")
    page.get_by_role("link", name="Số liệu của tổ").click()
    page.get_by_role("link", name="Quý I").click()
    for number, figures in enumerate(FIGURES[report.commune.name]):
        row = page.locator("tr[data-key]").nth(number)
        for code, typed in zip(("households", "households_guided", "people_online_services"), figures, strict=True):
            row.locator(f"[name=f-{code}]").fill(typed)
        page.locator("h1").click()
        if any(figures):
            expect(row.locator("[data-state]")).to_contain_text("đã lưu")
    desk.look(page, "số liệu của tổ")
    page.goto("/bao-cao/")
    page.get_by_role("link", name="Bắt đầu soạn").click()
    rich(page).click()
    page.keyboard.type("Đề nghị mở thêm lớp tập huấn")
    leave(page)
    says(page, "proposals", "đã lưu")
    desk.look(page, "soạn báo cáo")


def send(desk: Desk, report: Report, *, late: bool = False) -> None:
    page = desk.of(officer_of(report.commune))
    page.goto(page_of(report))
    page.locator("[data-submit]").click()
    expect(page.get_by_text("sẽ ghi là nộp muộn")).to_be_visible(visible=late)
    desk.look(page, "nộp")
    page.get_by_role("button", name="Nộp báo cáo").click()
    expect(page.locator(".receipt")).to_contain_text("Nộp muộn" if late else "Đúng hạn")
    desk.look(page, "biên nhận")
    page.close()  # left open, it would ask for its PDF in a session that ends with the day


def open_from_desk(desk: Desk, report: Report, staff) -> Page:
    page = desk.of(staff)
    page.goto(f"/bao-cao/tham-dinh/?dot={report.campaign_id}")
    desk.look(page, "bàn thẩm định")
    page.get_by_role("link", name=report.commune.name).click()
    expect(page.get_by_role("heading", name=report.commune.name, level=1)).to_be_visible()
    return page


def accept(desk: Desk, report: Report, staff) -> None:
    page = open_from_desk(desk, report, staff)
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("[data-accept] button").click()
    expect(page.get_by_text(f"Đã duyệt báo cáo của {report.commune.name}")).to_be_visible()


def give_back(desk: Desk, report: Report, staff) -> None:
    page = open_from_desk(desk, report, staff)
    field = page.locator("#muc-proposals")
    field.get_by_text("Góp ý mục này").click()
    field.get_by_role("textbox").fill("Nêu rõ số lớp và địa điểm.")
    page.get_by_label("Lý do trả lại, chung").fill("Đề nghị bổ sung rồi nộp lại.")
    desk.look(page, "trả lại")
    page.get_by_role("button", name="Trả lại").click()
    expect(page.get_by_text(f"Đã trả lại báo cáo của {report.commune.name}")).to_be_visible()


def correct(desk: Desk, report: Report) -> None:
    """The reason stands at what it is about; the text that stood there is kept and written on."""
    page = desk.of(officer_of(report.commune))
    page.goto("/bao-cao/")
    page.get_by_role("link", name="Sửa và nộp lại").click()
    expect(page.locator("[data-field=proposals]")).to_contain_text("Nêu rõ số lớp và địa điểm.")
    desk.look(page, "bị trả lại")
    rich(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" tại Thôn Đông: 02 lớp")
    control(page, "training_needs").fill("3")
    leave(page)
    says(page, "proposals", "đã lưu")
    says(page, "training_needs", "đã lưu")
    expect(answer(page, "proposals")).to_contain_text("tập huấn tại Thôn Đông")
    send(desk, report)


def consolidate(desk: Desk, campaign: Campaign, staff) -> None:
    page = desk.of(staff)
    page.goto(f"/bao-cao/dot/{campaign.pk}/")
    desk.look(page, "đợt báo cáo")
    page.get_by_role("link", name="Báo cáo tổng hợp").click()
    ask(page, "Tổng hợp")
    page.wait_for_url("**/tong-hop/")
    expect(page.get_by_text("3/5 đơn vị đã báo cáo")).to_be_visible()
    page.get_by_text("Chưa nộp: 2/5 đơn vị").click()
    expect(page.get_by_text("Xã Dũng, Xã Giang")).to_be_visible()
    desk.look(page, "tổng hợp")


def download(desk: Desk, campaign: Campaign, staff, folder: Path) -> None:
    """Sums of what was told: 2.000 households, 1.650 of them guided, 82,5 %."""
    page = desk.of(staff)
    files = {}
    for label in ("PDF", "Excel"):
        page.goto(f"/bao-cao/dot/{campaign.pk}/tong-hop/")
        ask(page, f"Báo cáo tổng hợp {label}")
        with page.expect_download() as download:
            page.get_by_role("link", name="Tải tệp").click()
        assert "DỰ THẢO" in download.value.suggested_filename
        download.value.save_as(folder / label)
        files[label] = (folder / label).read_bytes()
    said = plain_text(files["PDF"])
    assert "2.000" in said and "1.650" in said and "82,5" in said
    assert "Xã Dũng" in said and "Xã Giang" in said
    rows = list(openpyxl.load_workbook(BytesIO(files["Excel"])).worksheets[0].iter_rows(values_only=True))
    assert [row[1:4] for row in rows if str(row[1]).startswith("Xã ")] == [
        ("Xã An", "Đã nộp", "Đúng hạn"),
        ("Xã Bình", "Đã nộp", "Đúng hạn"),
        ("Xã Cường", "Đã nộp", "Trễ hạn"),
        ("Xã Dũng", "Chưa nộp", None),
        ("Xã Giang", "Chưa nộp", None),
    ]
    assert {2000, 1650} <= {value for row in rows for value in row}


def lock(desk: Desk, campaign: Campaign, staff) -> None:
    """The province's report first, then the campaign."""
    page = desk.of(staff)
    page.goto(f"/bao-cao/dot/{campaign.pk}/tong-hop/")
    page.get_by_role("link", name="Chốt…").click()
    page.get_by_role("button", name="Xem trước").click()
    expect(page.get_by_text("Chốt số liệu của 3/5")).to_be_visible()
    desk.look(page, "chốt tổng hợp")
    page.get_by_role("button", name="Chốt báo cáo tổng hợp").click()
    expect(page.get_by_text("Đã chốt báo cáo tổng hợp")).to_be_visible()
    desk.look(page, "đã chốt")
    page.goto(f"/bao-cao/dot/{campaign.pk}/chot/")
    page.get_by_role("button", name="Xem trước").click()
    expect(page.get_by_text("3 báo cáo đã duyệt được khóa")).to_be_visible()
    desk.look(page, "chốt đợt")
    page.get_by_role("button", name="Chốt đợt báo cáo").click()
    expect(page.get_by_text("Đã chốt đợt báo cáo.")).to_be_visible()


def look_back(desk: Desk, campaign: Campaign, communes: list[Commune]) -> None:
    states = dict(campaign.reports.values_list("commune__name", "state"))
    assert states == dict.fromkeys(FIGURES, "locked") | {"Xã Dũng": "not_started", "Xã Giang": "not_started"}
    rows = campaign.reports.order_by("commune_id").values_list("on_time", "returns")
    assert list(rows) == [(True, 0), (True, 1), (False, 0), (None, 0), (None, 0)]
    assert campaign.reports.get(commune=communes[1]).snapshots.count() == 2
    page = desk.of(make_user("muon", UserRole.COMMUNE_OFFICER, commune=communes[3]))
    page.goto(page_of(campaign.reports.get(commune=communes[3])))
    expect(page.get_by_text("Đợt báo cáo đã chốt").first).to_be_visible()
    expect(page.locator("[name=raw]")).to_have_count(0)
    desk.look(page, "xã chưa nộp")
