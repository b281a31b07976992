"""What waits for a reviewer, in which order, beside what; judged as it was seen."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from cdt_portal.lib.periods import spell_deadline
from reporting.enums import CampaignState, ReportAction, ReportState
from reporting.models import Campaign, ReadyComment, Report
from reporting.queries import review as queries
from reporting.queries.figures import frozen_figures
from reporting.services import reports as services
from reporting.services import review as reviewing
from tests.conftest import client_of, make_commune
from tests.queries import count_queries
from tests.reporting.province.makers import officer_of, send
from tests.reporting.reports.makers import make_report

pytestmark = pytest.mark.django_db

DESK = "/bao-cao/tham-dinh/"


def url(name: str, report: Report) -> str:
    return reverse(f"reporting:{name}", args=[report.pk])


def page(user, address: str, status: int = 200) -> str:
    response = client_of(user).get(address)
    assert response.status_code == status
    return response.content.decode()


def said(response) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def state(report: Report) -> str:
    return Report.objects.get(pk=report.pk).state


def as_seen(report: Report, **typed: object) -> dict[str, object]:
    """What a page that is opened now posts."""
    return {"version": Report.objects.get(pk=report.pk).version, **typed}


# Who -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "desk", "one"),
    [
        ("staff", 200, 200),
        ("viewer", 200, 200),
        ("officer", 403, 404),
        ("stranger", 403, 404),
        ("commune_leader", 403, 404),
    ],
)
def test_the_desk_is_the_departments(who, desk, one, sent, request):
    user = request.getfixturevalue(who)
    assert client_of(user).get(DESK).status_code == desk
    assert client_of(user).get(url("review", sent[0])).status_code == one


def test_the_communes_own_people_have_their_own_page(campaign, cat_hai, officer):
    page(officer, url("review", send(campaign, cat_hai)), 403)


def test_what_was_never_sent_is_not_to_be_reviewed(campaign, cat_hai, staff, sent):
    page(staff, url("review", make_report(campaign, cat_hai)), 403)


@pytest.mark.parametrize("name", ["review_take", "review_accept", "review_return"])
def test_a_viewer_decides_nothing(name, sent, viewer, staff):
    assert client_of(viewer).post(url(name, sent[0]), as_seen(sent[0], note="A")).status_code == 403
    assert client_of(staff).post(url(name, sent[0]), as_seen(sent[0], note="A")).status_code in (200, 302)


@pytest.mark.parametrize("address", ["duyet/", "gop-y/"])
def test_a_viewer_has_no_bulk_and_no_words(address, sent, viewer, staff):
    assert client_of(viewer).post(f"{DESK}{address}", {"text": "A"}).status_code == 403
    assert client_of(staff).post(f"{DESK}{address}", {"text": "A"}).status_code in (200, 302)


# The queue -----------------------------------------------------------------------------------------------------------


def queue(campaign: Campaign) -> list[queries.QueueRow]:
    return queries.queue(queries.waiting_reports(campaign.province, campaign.pk))


def test_the_riskiest_comes_first(campaign, sent, staff):
    rows = {row.report.commune.name: row for row in queue(campaign)}

    def found(name: str) -> tuple[int, int, int]:
        return tuple(asdict(queries.weigh(frozen_figures(rows[name].snapshot))).values())

    assert (found("Xã An"), rows["Xã An"].is_clean) == ((0, 0, 0), True)
    assert (found("Xã Bình"), rows["Xã Bình"].is_clean) == ((0, 1, 0), False)
    assert found("Xã Cường") == (1, 0, 0)  # what the form finds is not told twice
    assert [row.risk for row in rows.values()] == sorted((row.risk for row in rows.values()), reverse=True)

    services.return_(report=sent[0], by=staff, note="Sửa.")
    services.submit(report=sent[0], by=officer_of(sent[0].commune))
    Report.objects.filter(pk=sent[0].pk).update(returns=3)
    assert next(iter(queue(campaign))).report.commune.name == "Xã An"


@pytest.mark.parametrize(
    ("changed", "risk"),
    [
        ({"on_time": False}, 1),
        ({"returns": 2}, 2),
        ({"submitted_at": datetime(2025, 12, 31, 12, tzinfo=UTC)}, 1),  # of figures up to that day
        ({"state": ReportState.UNDER_REVIEW}, 0),
        ({"submitted_at": datetime(2025, 12, 31, 18, tzinfo=UTC)}, None),  # the day is over in Vietnam
    ],
)
def test_what_is_late_early_returned_before_or_in_work_is_not_accepted_unread(changed, risk, campaign, sent):
    def row() -> queries.QueueRow:
        return next(row for row in queue(campaign) if row.report.pk == sent[0].pk)

    assert (row().risk, row().is_clean) == (0, True)
    Report.objects.filter(pk=sent[0].pk).update(**changed)
    assert (row().risk, row().is_clean) == (risk or 0, risk is None)


def test_a_figure_written_over_the_portals_is_to_be_looked_at(campaign, sent, staff):
    report, by = sent[0], officer_of(sent[0].commune)
    services.return_(report=report, by=staff, note="Sửa.")
    services.save_answer(report=report, code="villages", raw="12", note="Mới tách thôn.", version=0, by=by)
    services.submit(report=report, by=by)
    Report.objects.filter(pk=report.pk).update(returns=0)
    row = next(row for row in queue(campaign) if row.report.pk == report.pk)
    assert (row.snapshot.findings, row.snapshot.overridden, row.is_clean) == (0, 1, False)


@pytest.mark.parametrize("left", sorted(set(ReportState) - {ReportState.SUBMITTED, ReportState.UNDER_REVIEW}))
def test_only_what_waits_is_in_the_queue(left, campaign, sent):
    Report.objects.filter(pk=sent[0].pk).update(state=left)
    assert len(queue(campaign)) == 2


def test_the_page_shows_the_queue_and_its_keys(campaign, sent, staff, viewer):
    shown = page(staff, f"{DESK}?dot={campaign.pk}")
    assert shown.index("Xã Cường") < shown.index("Xã An")
    assert "<kbd>j</kbd>" in shown
    assert "Duyệt 1 báo cáo không có điều cần xem…" in shown
    assert "không có điều cần xem…" not in page(viewer, DESK)


def test_the_number_of_queries_does_not_grow(campaign, sent, hai_phong, staff):
    pages = (DESK, url("review", sent[0]), f"{DESK}duyet/")
    client = client_of(staff)
    few = [count_queries(client, address) for address in pages]
    for number in range(3):
        send(campaign, make_commune(f"8000{number}", f"Xã Dương {number}", "rural_commune", hai_phong), people="2000")
    assert [count_queries(client, address) for address in pages] == few


# One report ----------------------------------------------------------------------------------------------------------


def test_figures_stand_beside_the_period_before_with_what_differs(sent, staff):
    shown = page(staff, url("review", sent[1]))
    assert "<strong>360</strong>" in shown
    assert "Kỳ trước: </span>100" in shown
    assert "+260 (+260%)" in shown
    assert "⚑ Quá nhiều người." in page(staff, url("review", sent[2]))
    assert "Thêm máy" in shown


def test_where_there_is_no_period_before_that_is_said_once(campaign, sent, staff):
    said_once = "Xã chưa có báo cáo của kỳ trước để so sánh."
    shown = page(staff, url("review", sent[0]))
    assert said_once not in shown
    assert "Kỳ trước: " in shown
    first = send(campaign, make_commune("80000", "Xã Dương", "rural_commune", campaign.province), people="2000")
    shown = page(staff, url("review", first))
    assert shown.count(said_once) == 1
    assert "Kỳ trước: " not in shown


def test_on_a_phone_the_decision_is_a_touch_away(sent, staff, viewer):
    assert 'href="#quyet-dinh"' in page(staff, url("review", sent[0]))
    assert 'id="quyet-dinh"' in page(staff, url("review", sent[0]))
    assert 'href="#quyet-dinh"' not in page(viewer, url("review", sent[0]))


def test_a_reviewer_takes_it_on_purpose_and_the_second_is_told_who_did(sent, staff, colleague, viewer):
    offered = "Nhận thẩm định</button>"
    shown = page(staff, url("review", sent[0]))
    assert offered in shown
    assert "hx-trigger" not in shown  # nothing asks by itself
    assert offered not in page(viewer, url("review", sent[0]))
    assert state(sent[0]) == ReportState.SUBMITTED  # to look is not to take
    services.withdraw(report=sent[0], by=officer_of(sent[0].commune))
    services.submit(report=sent[0], by=officer_of(sent[0].commune))
    taken = client_of(staff).post(url("review_take", sent[0]))
    assert "bạn nhận lúc" in taken.content.decode().replace("\n", " ")
    assert state(sent[0]) == ReportState.UNDER_REVIEW
    shown = page(colleague, url("review", sent[0]))
    assert staff.full_name in shown
    assert offered not in shown
    again = client_of(colleague).post(url("review_take", sent[0])).content.decode()
    assert staff.full_name in again
    assert sent[0].steps.filter(action=ReportAction.TAKE).count() == 1


def test_accepting_goes_on_to_the_next(campaign, sent, staff):
    response = client_of(staff).post(
        f"{url('review_accept', sent[0])}?dot={campaign.pk}", as_seen(sent[0], next=sent[1].pk)
    )
    assert response.url == f"{url('review', sent[1])}?dot={campaign.pk}"
    assert state(sent[0]) == ReportState.ACCEPTED
    assert client_of(staff).post(url("review_accept", sent[1]), as_seen(sent[1], next="")).url == f"{DESK}?tinh=31"


def test_the_second_of_two_reviewers_is_told_who_was_first_and_keeps_what_was_typed(sent, staff, colleague):
    typed = as_seen(sent[0], note="Cần xem lại tháng 12", **{"reason-people": "Sai số"})
    reviewing.accept_seen(report=sent[0], version=typed["version"], by=staff)
    response = client_of(colleague).post(url("review_return", sent[0]), typed)
    assert response.status_code == 409
    shown = response.content.decode()
    for words in (f"Chưa trả lại: {staff} vừa", "“Đã duyệt”", "Cần xem lại tháng 12", "Sai số"):
        assert words in shown
    assert f"{staff} vừa thay đổi" in said(client_of(colleague).post(url("review_accept", sent[0]), typed))
    assert state(sent[0]) == ReportState.ACCEPTED


def test_who_looked_again_decides_with_the_same_words(sent, staff, colleague):
    typed = as_seen(sent[0], note="Cần xem lại tháng 12")
    services.take(report=sent[0], by=staff)
    shown = client_of(colleague).post(url("review_return", sent[0]), typed).content.decode()
    assert "“Đang thẩm định”" in shown
    assert f'name="version" value="{as_seen(sent[0])["version"]}" form="tra-lai"' in shown
    assert client_of(colleague).post(url("review_return", sent[0]), typed | as_seen(sent[0])).status_code == 302
    assert state(sent[0]) == ReportState.RETURNED


def test_taking_a_report_renews_what_the_open_page_will_post(sent, staff):
    taken = client_of(staff).post(url("review_take", sent[0])).content.decode()
    assert taken.count(f'name="version" value="{as_seen(sent[0])["version"]}"') == 2


@pytest.mark.parametrize("name", ["review_accept", "review_return"])
def test_a_submission_that_was_not_seen_is_not_judged(name, sent, staff, colleague):
    typed, by = as_seen(sent[0], note="A"), officer_of(sent[0].commune)
    services.return_(report=sent[0], by=colleague, note="Sửa.")
    services.submit(report=sent[0], by=by)
    response = client_of(staff).post(url(name, sent[0]), typed)
    assert f"{by} vừa thay đổi báo cáo này" in (said(response) or response.content.decode())
    assert state(sent[0]) == ReportState.SUBMITTED
    client_of(staff).post(url(name, sent[0]), as_seen(sent[0], note="A"))
    assert state(sent[0]) in (ReportState.ACCEPTED, ReportState.RETURNED)


def test_a_return_says_why_by_indicator_and_the_next_review_shows_it(sent, staff):
    client = client_of(staff)
    refused = client.post(url("review_return", sent[0]), as_seen(sent[0], note=" "))
    assert refused.status_code == 422
    assert "Hãy ghi lý do" in refused.content.decode()
    typed = {"note": "Xem lại", "reason-people": "Thiếu tháng 12"}
    client.post(url("review_return", sent[0]), as_seen(sent[0], **typed))
    step = sent[0].steps.get(action=ReportAction.RETURN)
    assert (step.note, step.reasons) == ("Xem lại", [{"code": "people", "text": "Thiếu tháng 12"}])
    services.submit(report=sent[0], by=officer_of(sent[0].commune))
    shown = page(staff, url("review", sent[0]))
    assert "Đã trả lại 1 lần" in shown
    assert "Số người được hướng dẫn: Thiếu tháng 12" in shown


def test_where_the_commune_can_not_mend_it_there_is_no_return(campaign, sent, staff):
    Campaign.objects.filter(pk=campaign.pk).update(state=CampaignState.LOCKED)
    shown = page(staff, url("review", sent[0]))
    assert "không trả lại được" in shown
    assert "data-return" not in shown


# Reopening -----------------------------------------------------------------------------------------------------------


def test_what_was_accepted_is_reopened_until_a_day_for_a_reason(campaign, sent, staff):
    report, offered = sent[0], "Mở lại báo cáo…"
    pages = (url("review", report), url("report", report))
    assert [offered in page(staff, each) for each in pages] == [False, False]  # the commune may still write it
    reviewing.accept_seen(report=report, version=report.version, by=staff)
    assert [offered in page(staff, each) for each in pages] == [True, True]
    here = url("review_reopen", report)
    assert here in page(staff, reverse("reporting:campaign", args=[campaign.pk]))
    assert "đang ở trạng thái “Đã duyệt”" in page(staff, here)
    until = timezone.now() + timedelta(days=3)
    for wrong in ({"until": spell_deadline(until), "note": " "}, {"until": "hết ngày 1/1/2020", "note": "Bổ sung."}):
        refused = client_of(staff).post(here, as_seen(report, **wrong))
        assert refused.status_code == 422
        assert wrong["until"] in refused.content.decode()
        assert state(report) == ReportState.ACCEPTED
    typed = as_seen(report, until="31/12/2099", note="Bổ sung.")
    assert client_of(staff).post(here, typed).url == url("report", report)
    report.refresh_from_db()
    assert (report.state, spell_deadline(report.reopened_until)) == (ReportState.DRAFT, "hết ngày 31/12/2099")
    assert report.steps.get(action=ReportAction.REOPEN).note == "Bổ sung."
    assert "Được mở lại: hết ngày 31/12/2099." in page(staff, url("report", report))


def test_what_was_never_sent_is_reopened_too_once_its_campaign_is_locked(campaign, cat_hai, sent, staff, viewer):
    report = make_report(campaign, cat_hai)
    here, on_campaign = url("review_reopen", report), reverse("reporting:campaign", args=[campaign.pk])
    assert here not in page(staff, on_campaign)
    typed = as_seen(report, until="31/12/2099", note="Bổ sung.")
    refused = client_of(staff).post(here, typed)
    assert refused.status_code == 422
    assert "không cần mở lại" in refused.content.decode()
    Campaign.objects.filter(pk=campaign.pk).update(state=CampaignState.LOCKED)
    assert here in page(staff, on_campaign)
    assert here in page(staff, url("report", report))
    assert here not in page(viewer, on_campaign)
    assert here not in page(viewer, url("report", report))
    assert client_of(staff).post(here, typed).status_code == 302
    report.refresh_from_db()
    assert spell_deadline(report.reopened_until) == "hết ngày 31/12/2099"


def test_the_second_who_reopens_is_told_who_was_first_and_keeps_the_reason(sent, staff, colleague):
    report, here = sent[0], url("review_reopen", sent[0])
    reviewing.accept_seen(report=report, version=report.version, by=staff)
    typed = as_seen(report, until="31/12/2099", note="Bổ sung số lớp.")
    client_of(staff).post(here, as_seen(report, until="30/11/2099", note="Sửa."))
    refused = client_of(colleague).post(here, typed)
    shown = refused.content.decode()
    assert refused.status_code == 422
    assert f"{staff} vừa thay đổi báo cáo này" in shown
    assert "mở lại đến hết ngày 30/11/2099" in shown
    assert "Bổ sung số lớp." in shown
    assert client_of(colleague).post(here, typed | as_seen(report)).status_code == 302
    report.refresh_from_db()
    assert spell_deadline(report.reopened_until) == "hết ngày 31/12/2099"


# Many at once --------------------------------------------------------------------------------------------------------


def test_what_has_nothing_to_look_at_is_named_and_accepted_together(campaign, sent, staff):
    here = f"{DESK}duyet/?dot={campaign.pk}"
    shown = page(staff, here)
    assert "1 báo cáo</strong>" in shown
    assert "Xã An" in shown
    assert "Xã Bình" not in shown
    seen = [f"{report.pk}-{report.version}" for report in (sent[0], sent[2])]  # the last has a finding
    response = client_of(staff).post(here, {"seen": seen})
    assert "Đã duyệt 1 báo cáo." in said(response)
    assert "1 báo cáo đã thay đổi" in said(response)
    assert [state(report) for report in sent] == ["accepted", "submitted", "submitted"]


def test_what_was_sent_again_meanwhile_is_left_out(campaign, sent, staff):
    seen = {"seen": [f"{sent[0].pk}-{sent[0].version}"]}
    services.return_(report=sent[0], by=staff, note="Sửa.")
    services.submit(report=sent[0], by=officer_of(sent[0].commune))
    response = client_of(staff).post(f"{DESK}duyet/", seen)
    assert "Đã duyệt 0 báo cáo." in said(response)
    assert state(sent[0]) == ReportState.SUBMITTED


def test_one_that_somebody_else_judged_does_not_stop_the_others(sent, staff, colleague):
    services.return_(report=sent[0], by=colleague, note="Sửa.")
    accepted, [refused] = reviewing.accept_many(seen=[(each, each.version) for each in sent[:2]], by=staff)
    assert [report.pk for report in accepted] == [sent[1].pk]
    assert refused.startswith(f"Xã An: {colleague} vừa thay đổi báo cáo này")
    assert "“Trả lại”" in refused


# Ready comments ------------------------------------------------------------------------------------------------------


def test_ready_comments_are_kept_once_shown_and_taken_off(sent, staff, hai_phong, hac_thanh, viewer):
    client = client_of(staff)
    for text in ("Bổ sung số liệu  tháng 12", "Bổ sung số liệu tháng 12"):
        assert "Bổ sung số liệu tháng 12" in client.post(f"{DESK}gop-y/", {"text": text}).content.decode()
    comment = ReadyComment.objects.get()
    assert "data-ready>Bổ sung số liệu tháng 12<" in page(staff, url("review", sent[0]))
    assert "data-ready" not in page(viewer, url("review", sent[0]))
    for wrong in (" ", "A" * 401):
        assert 'role="alert"' in client.post(f"{DESK}gop-y/", {"text": wrong}).content.decode()
    theirs = ReadyComment.objects.create(province=hac_thanh.province, text="Của tỉnh khác")
    assert client.post(f"{DESK}gop-y/{theirs.pk}/bo/").status_code == 404
    assert client_of(viewer).post(f"{DESK}gop-y/{comment.pk}/bo/").status_code == 403
    client.post(f"{DESK}gop-y/{comment.pk}/bo/")
    assert list(ReadyComment.objects.all()) == [theirs]
