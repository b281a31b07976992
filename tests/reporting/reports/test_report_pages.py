"""Who sees what of a report, in which state, and what its pages do."""

import hashlib
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from reporting.enums import CampaignState, ReportState
from reporting.models import Campaign, Report, ReportAnswer, ReportSnapshot
from reporting.services import reports as services
from reporting.services.attachments import attach
from reporting.services.rendering import store_pdf
from tests.conftest import client_of
from tests.reporting.reports.makers import make_campaign, make_report, make_version, ready
from tests.teams.makers import make_units

pytestmark = pytest.mark.django_db

JSON = {"HTTP_ACCEPT": "application/json"}


def url(name: str, report: Report, *args) -> str:
    return reverse(f"reporting:{name}", args=[report.pk, *args])


def text(response) -> str:
    return response.content.decode()


def said(response) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


# Who may look


@pytest.mark.parametrize(
    ("who", "status"),
    [("officer", 200), ("commune_leader", 200), ("staff", 200), ("viewer", 200), ("neighbour", 404), ("stranger", 404)],
)
def test_the_page_is_its_communes_and_the_departments(who, status, report, request):
    response = client_of(request.getfixturevalue(who)).get(url("report", report))
    assert response.status_code == status


@pytest.mark.parametrize("who", ["staff", "viewer", "admin"])
def test_above_the_commune_only_the_state_is_seen_until_it_is_sent(who, report, officer, request):
    ready(report, officer, proposals="<p>Chưa xong</p>")
    client = client_of(request.getfixturevalue(who))
    page = text(client.get(url("report", report)))
    assert "Đang soạn" in page
    assert "Chưa xong" not in page
    assert "Số người được hướng dẫn" not in page
    for name, *args in (("report_file", "docx"), ("report_versions",), ("report_version_pdf", 1)):
        assert client.get(url(name, report, *args)).status_code == 403
    services.submit(report=report, by=officer)
    page = text(client.get(url("report", report)))
    assert "Chưa xong" in page
    assert client.get(url("report_file", report, "docx")).status_code == 200


def test_what_the_commune_writes_after_a_return_is_its_own_until_it_is_sent_again(
    report, officer, staff, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    ready(report, officer, people="100")
    services.submit(report=report, by=officer)
    services.return_(report=report, by=staff, note="Sửa.")
    services.save_answer(report=report, code="people", raw="777", note="", version=1, by=officer)
    attach(report=report, code="", file=ContentFile(b"%PDF-1.7 %%EOF"), filename="Mới thêm.pdf", by=officer)
    seen, own = (text(client_of(user).get(url("report", report))) for user in (staff, officer))
    assert "lần nộp 1" in seen
    for new in ("777", "Mới thêm.pdf"):
        assert new in own
        assert new not in seen
    assert client_of(staff).get(url("report_file", report, "docx")).status_code == 403


def test_the_officer_gets_the_editor_and_the_leader_a_page_to_read(report, officer, commune_leader):
    assert "data-answer" in text(client_of(officer).get(url("report", report)))
    assert "data-answer" not in text(client_of(commune_leader).get(url("report", report)))


def test_a_figure_says_where_it_comes_from_and_leads_there(report, officer):
    page = text(client_of(officer).get(url("report", report)))
    assert "theo danh sách tổ, đến hết ngày 31/12/2025" in page
    assert "/xa/11914/" in page


@pytest.mark.parametrize(("query", "disposition"), [("", "attachment"), ("?xem", "inline")])
def test_a_pdf_is_saved_or_looked_at(query, disposition, report, officer):
    response = client_of(officer).get(url("report_file", report, "pdf") + query)
    assert b"".join(response).startswith(b"%PDF-")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith(f"{disposition};")
    assert client_of(officer).get(url("report_file", report, "exe")).status_code == 404


def test_the_pdf_of_a_version_is_the_one_that_was_kept(report, officer, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    ready(report, officer)
    services.submit(report=report, by=officer)
    client = client_of(officer)
    assert client.get(url("report_version_pdf", report, 1)).status_code == 404  # it is not drawn yet
    snapshot = store_pdf(ReportSnapshot.objects.get().pk)
    data = b"".join(client.get(url("report_version_pdf", report, 1)))
    assert hashlib.sha256(data).hexdigest() == snapshot.pdf_sha256
    assert snapshot.pdf_sha256 in text(client.get(url("report", report)))


@pytest.mark.parametrize("name", ["report_save", "report_submit", "report_withdraw", "report_attach"])
@pytest.mark.parametrize(("who", "status"), [("neighbour", 404), ("stranger", 404), ("staff", 403), ("viewer", 403)])
def test_others_change_nothing(name, who, status, report, officer, request):
    ready(report, officer)
    args = ["people"] if name == "report_save" else []
    before = list(Report.objects.values()), list(ReportAnswer.objects.values())
    response = client_of(request.getfixturevalue(who)).post(url(name, report, *args), {"version": "0", "raw": "5"})
    assert response.status_code == status
    assert (list(Report.objects.values()), list(ReportAnswer.objects.values())) == before


def test_the_editor_costs_the_same_queries_however_much_was_written(report, officer, django_assert_max_num_queries):
    client = client_of(officer)
    client.get(url("report", report))
    with django_assert_max_num_queries(45) as few:
        client.get(url("report", report))
    ready(report, officer, people="20", proposals="<p>a</p>", zalo="zalo.me/g/a", skill="Tốt", held_on="1/12/2025")
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(url("report", report))


# Saving


def save(client, report, code, status=200, **fields) -> dict:
    response = client.post(url("report_save", report, code), {"version": "0"} | fields, **JSON)
    assert response.status_code == status, text(response)
    return response.json()


def test_a_saved_answer_comes_back_tidy_with_what_depends_on_it(report, officer):
    client = client_of(officer)
    save(client, report, "people", raw="1.440")
    answer = save(client, report, "helped", raw="720")
    assert (answer["field"]["typed"], answer["version"]) == ("720", 1)
    assert answer["derived"] == {"share": "50%"}
    assert answer["standing"]["errors"] == []
    assert answer["standing"]["sections"]["results"] == 3


def test_a_figure_without_its_reason_and_a_broken_rule_are_told_beside_the_field(report, officer):
    client, sign = client_of(officer), '<p class="field-reason">⚑'
    assert sign not in text(client.get(url("report", report)))  # what is only empty is told at the side
    answer = save(client, report, "villages", raw="3")
    assert list(answer["standing"]["signs"]) == ["villages"]
    assert "Hãy ghi lý do." in answer["standing"]["signs"]["villages"][0]
    assert text(client.get(url("report", report))).count(sign) == 1
    assert save(client, report, "villages", raw="3", note="Mới chia tách", version="1")["standing"]["signs"] == {}
    assert sign not in text(client.get(url("report", report)))
    save(client, report, "people", raw="5")
    answer = save(client, report, "helped", raw="7")
    told = "Số người làm được không lớn hơn số được hướng dẫn."
    assert answer["standing"]["signs"] == {"helped": [told]}
    assert f"⚑ {told}" in text(client.get(url("report", report)))


def test_a_refusal_names_the_place(report, officer):
    answer = save(client_of(officer), report, "people", 422, raw="nhiều")
    assert list(answer["errors"]) == ["value"]


def test_the_slower_one_is_told_what_stands_there_and_who_wrote_it(report, officer):
    client = client_of(officer)
    save(client, report, "people", raw="5")
    answer = save(client, report, "people", 409, raw="7")
    assert (answer["current"]["typed"], answer["version"], answer["who"]) == ("5", 1, officer.full_name)
    assert answer["at"]


@pytest.mark.parametrize("version", ["", "x", "1.5"])
def test_a_save_without_a_version_is_no_request(version, report, officer):
    assert client_of(officer).post(url("report_save", report, "people"), {"version": version}).status_code == 400


def test_a_table_comes_row_by_row_and_empty_rows_go(report, officer):
    cells = {
        "cell-text": ["Kế hoạch số 12/KH-UBND", "", "Quyết định số 5/QĐ-UBND"],
        "cell-date": ["10/7/2025", "", ""],
        "cell-subject": ["chuyển đổi số", "", ""],
    }
    answer = save(client_of(officer), report, "documents", **cells)
    assert answer["field"]["rows"] == [
        ["Kế hoạch số 12/KH-UBND", "10/07/2025", "chuyển đổi số"],
        ["Quyết định số 5/QĐ-UBND", "", ""],
    ]


def test_a_text_keeps_only_its_few_looks(report, officer):
    html = '<p onclick="a()">Đề nghị <b>hỗ trợ</b></p><ul><li>máy tính</li></ul><script>b()</script>'
    answer = save(client_of(officer), report, "proposals", html=html)
    assert answer["field"]["html"] == "<p>Đề nghị <b>hỗ trợ</b></p><ul><li>máy tính</li></ul>"
    page = text(client_of(officer).get(url("report", report)))
    assert "<p>Đề nghị <b>hỗ trợ</b></p>" in page
    assert "<li>máy tính</li>" in page


def test_without_scripts_an_answer_is_a_plain_form(report, officer):
    client = client_of(officer)
    response = client.post(url("report_save", report, "proposals"), {"version": "0", "raw": "Một\r\n- hai"})
    assert response.url == f"{url('report', report)}#muc-proposals"
    assert ReportAnswer.objects.get().value == "<p>Một</p><ul><li>hai</li></ul>"
    client.post(url("report_save", report, "people"), {"version": "0", "raw": "nhiều"})
    assert "Hãy nhập một số" in text(client.get(url("report", report)))


def test_a_text_sent_unchanged_without_scripts_keeps_its_looks(report, officer):
    client = client_of(officer)
    save(client, report, "proposals", html="<p>Đề nghị <b>hỗ trợ</b></p>")
    client.post(url("report_save", report, "proposals"), {"version": "1", "raw": "Đề nghị hỗ trợ"})
    assert ReportAnswer.objects.get().value == "<p>Đề nghị <b>hỗ trợ</b></p>"
    client.post(url("report_save", report, "proposals"), {"version": "1", "raw": "Đề nghị hỗ trợ máy"})
    assert ReportAnswer.objects.get().value == "<p>Đề nghị hỗ trợ máy</p>"


def test_another_figure_is_taken_back(report, officer):
    client = client_of(officer)
    assert save(client, report, "villages", raw="59", note="một thôn mới")["field"]["note"] == "một thôn mới"
    answer = save(client, report, "villages", version="1", computed="1")
    assert (answer["version"], answer["field"]["typed"]) == (0, "")
    assert not ReportAnswer.objects.exists()


# Sending


def test_before_it_is_sent_the_page_says_what_and_what_is_missing(report, officer):
    client = client_of(officer)
    page = text(client.get(url("report_submit", report)))
    assert "Chưa nộp được" in page
    assert 'class="btn btn-primary">Nộp báo cáo' not in page
    response = client.post(url("report_submit", report))
    assert response.url == url("report", report)
    assert not ReportSnapshot.objects.exists()
    ready(report, officer)
    page = text(client.get(url("report_submit", report)))
    assert "Sẽ gửi Sở Khoa học và Công nghệ" in page
    assert "đến hết ngày 31/12/2025" in page
    assert "Đã quá hạn: sẽ ghi là nộp muộn" in page
    assert 'class="btn btn-primary">Nộp báo cáo' in page


def test_what_was_sent_shows_its_receipt_and_can_be_withdrawn(report, officer):
    ready(report, officer)
    client = client_of(officer)
    response = client.post(url("report_submit", report))
    assert f"11914-{report.pk}-01" in said(response)
    page = text(client.get(url("report", report)))
    assert f"11914-{report.pk}-01" in page
    assert "data-answer" not in page
    assert client.post(url("report_submit", report)).url == url("report", report)  # a second press
    assert ReportSnapshot.objects.count() == 1
    client.post(url("report_withdraw", report))
    assert "data-answer" in text(client.get(url("report", report)))


def test_the_leader_approves_or_gives_back(report, officer, commune_leader):
    Campaign.objects.update(leader_approves=True)
    ready(report, officer)
    assert "Trình lãnh đạo" in text(client_of(officer).get(url("report_submit", report)))
    client_of(officer).post(url("report_submit", report))
    report.refresh_from_db()
    assert report.state == ReportState.AWAITING_APPROVAL
    leader = client_of(commune_leader)
    assert "Duyệt và nộp" in text(leader.get(url("report", report)))
    leader.post(url("report_send_back", report), {"note": "Ghi rõ số lớp."})
    page = text(client_of(officer).get(url("report", report)))
    assert "Ghi rõ số lớp." in page
    client_of(officer).post(url("report_submit", report))
    assert client_of(officer).get(url("report_submit", report)).status_code == 403
    assert "Duyệt và nộp" in text(leader.get(url("report_submit", report)))
    leader.post(url("report_submit", report))
    report.refresh_from_db()
    assert report.state == ReportState.SUBMITTED


def test_what_officer_and_leader_say_to_each_other_is_theirs(report, officer, commune_leader, staff):
    Campaign.objects.update(leader_approves=True)
    ready(report, officer)
    services.ask_approval(report=report, by=officer, note="Xin ý kiến anh.")
    services.send_back(report=report, by=commune_leader, note="Ghi rõ số lớp.")
    services.ask_approval(report=report, by=officer)
    services.submit(report=report, by=commune_leader)
    own, above = (text(client_of(user).get(url("report", report))) for user in (officer, staff))
    assert "Ghi rõ số lớp." in own
    assert "Xin ý kiến anh." in own
    assert "Ghi rõ số lớp." not in above
    assert "Xin ý kiến anh." not in above


def test_a_return_is_told_above_and_beside_its_field(report, officer, staff):
    ready(report, officer)
    services.submit(report=report, by=officer)
    reasons = [{"code": "helped", "text": "Thiếu số tháng 12."}]
    services.return_(report=report, by=staff, note="Xem lại mục II.", reasons=reasons)
    page = text(client_of(officer).get(url("report", report)))
    assert "Xem lại mục II." in page
    assert page.count("Thiếu số tháng 12.") == 2
    assert page.index('data-field="helped"') < page.rindex("Thiếu số tháng 12.")


def test_a_report_that_can_not_be_written_any_more_says_so(report, officer):
    Campaign.objects.update(state=CampaignState.LOCKED)
    page = text(client_of(officer).get(url("report", report)))
    assert "đề nghị Sở mở lại" in page
    assert "data-answer" not in page


def test_later_changes_of_the_register_are_told_and_change_nothing(report, officer, cat_hai):
    ready(report, officer)
    services.submit(report=report, by=officer)
    assert "đã thay đổi so với báo cáo" not in text(client_of(officer).get(url("report", report)))
    make_units(cat_hai, "Thôn Đông", by=officer)
    page = text(client_of(officer).get(url("report", report)))
    assert "đã thay đổi so với báo cáo" in page


# Versions


# Home


def test_a_commune_sees_what_it_owes_and_until_when(report, officer, cat_hai, hai_phong):
    sent = make_campaign(hai_phong, version=make_version(slug="khac"), slug="cv-1", title="Đợt đã nộp")
    ready(make_report(sent, cat_hai), officer)
    services.submit(report=sent.reports.get(), by=officer)
    page = text(client_of(officer).get(reverse("reporting:home")))
    assert "hết ngày 05/01/2026" in page
    assert "Bắt đầu soạn" in page
    assert page.index("Báo cáo theo Công văn số 4675") < page.index("Đợt đã nộp")


def test_a_campaign_that_is_being_prepared_is_owed_by_nobody(report, officer):
    Campaign.objects.update(state=CampaignState.DRAFT)
    assert "Không còn báo cáo nào phải nộp" in text(client_of(officer).get(reverse("reporting:home")))


def test_what_a_locked_campaign_missed_is_owed_no_more_unless_it_is_reopened(report, officer):
    Campaign.objects.update(state=CampaignState.LOCKED)
    page = text(client_of(officer).get(reverse("reporting:home")))
    assert "Không còn báo cáo nào phải nộp" in page and "Bắt đầu soạn" not in page
    assert "Báo cáo theo Công văn số 4675" in page and "chưa nộp" in page
    for until, owed in ((timedelta(days=1), True), (timedelta(days=-1), False)):
        Report.objects.update(reopened_until=timezone.now() + until)
        assert ("Bắt đầu soạn" in text(client_of(officer).get(reverse("reporting:home")))) is owed


def test_a_neighbour_sees_nothing_of_it(report, neighbour):
    assert "4675" not in text(client_of(neighbour).get(reverse("reporting:home")))


def test_the_department_sees_its_campaigns_with_counts(report, officer, staff, tran_lieu, hac_thanh):
    make_report(report.campaign, tran_lieu, ReportState.RETURNED)
    make_campaign(hac_thanh.province, version=report.campaign.form_version, title="Đợt của tỉnh khác")
    ready(report, officer)
    services.submit(report=report, by=officer)
    response = client_of(staff).get(reverse("reporting:home"))
    line = response.context["lines"][0]
    assert (line.asked, line.waiting, line.returned) == (2, 1, 1)
    assert "Đợt của tỉnh khác" not in text(response)


def test_the_menu_leads_to_it(officer):
    assert 'href="/bao-cao/"' in text(client_of(officer).get("/tai-khoan/"))
