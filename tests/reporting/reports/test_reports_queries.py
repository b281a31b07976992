"""What the pages are made of: text blocks, fields, comparisons, the word that gave a report back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from reporting.definition import Column, Indicator, Kind
from reporting.enums import ReportAction, ReportState
from reporting.figures import Line
from reporting.models import Campaign
from reporting.queries.reports import blocks_of, card_of, field_of, words_on
from reporting.services import reports as services
from tests.conftest import client_of
from tests.reporting.reports.makers import DUE, make_report, ready


def told(html: str) -> list[tuple[bool, list[str]]]:
    blocks = blocks_of(html)
    return [(block.is_list, ["".join(run.text for run in each.runs) for each in block.paragraphs]) for block in blocks]


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("", []),
        ("<p>một</p><p>hai</p>", [(False, ["một", "hai"])]),
        ("<p>a</p><ul><li>b</li><li>c</li></ul><p>d</p>", [(False, ["a"]), (True, ["b", "c"]), (False, ["d"])]),
        ("<ul><li><b>b</b> c</li></ul>", [(True, ["b c"])]),
    ],
)
def test_a_text_is_paragraphs_and_lists(html, blocks):
    assert told(html) == blocks


def test_a_list_loses_its_dash_and_keeps_its_looks():
    item = blocks_of("<ul><li><b>b</b> c</li></ul>")[0].paragraphs[0]
    assert [(run.text, run.bold) for run in item.runs if run.text] == [("b", True), (" c", False)]


def test_a_table_is_shown_cell_by_cell():
    columns = (Column("text", "Số"), Column("date", "Ngày", Kind.DATE), Column("count", "Số lượng", Kind.NUMBER))
    indicator = Indicator("t", "Bảng", Kind.TABLE, columns=columns)
    field = field_of(Line(indicator, [{"text": "1/KH", "date": "2025-07-10", "count": 1440}, {"text": "2/KH"}]))
    assert field.rows == (
        (("text", "Số", "1/KH"), ("date", "Ngày", "10/07/2025"), ("count", "Số lượng", "1.440")),
        (("text", "Số", "2/KH"), ("date", "Ngày", ""), ("count", "Số lượng", "")),
    )
    assert field.empty_row == (("text", "Số", ""), ("date", "Ngày", ""), ("count", "Số lượng", ""))


@pytest.mark.parametrize(("source", "kind", "asks"), [
    ("register.teams", Kind.NUMBER, True), ("register.coverage", Kind.RATE, True),
    ("register.documents", Kind.TABLE, False), ("", Kind.NUMBER, False),
])  # fmt: skip
def test_only_another_figure_than_the_registers_asks_why(source, kind, asks):
    columns = (Column("text", "Số"),) if kind == Kind.TABLE else ()
    assert field_of(Line(Indicator("a", "A", kind, source=source, columns=columns), None)).asks_why is asks


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "sent", "late"), [(-1, False, False), (0, False, True), (0, True, False)])
def test_what_was_never_sent_is_late_when_its_deadline_is_over(seconds, sent, late, campaign, cat_hai):
    more = {"first_submitted_at": DUE - timedelta(days=1), "on_time": True} if sent else {}
    report = make_report(campaign, cat_hai, ReportState.RETURNED if sent else ReportState.DRAFT, **more)
    card = card_of(report, DUE + timedelta(seconds=seconds))
    assert (card.is_late, card.due) == (late, "hết ngày 05/01/2026")


@pytest.mark.django_db
def test_the_word_that_gave_it_back_stands_until_it_is_sent_again(report, officer, staff):
    def words() -> list[str]:
        report.refresh_from_db()
        return [step.action for step in words_on(report, report.steps.order_by("-pk"))]

    ready(report, officer)
    assert words() == []
    services.submit(report=report, by=officer)
    services.return_(report=report, by=staff, note="Sửa.")
    assert words() == [ReportAction.RETURN]
    services.submit(report=report, by=officer)
    assert words() == []
    services.withdraw(report=report, by=officer)
    assert words() == []
    services.submit(report=report, by=officer)
    services.accept(report=report, by=staff)
    services.reopen(report=report, by=staff, until=timezone.now() + timedelta(days=1), note="Bổ sung.")
    assert words() == [ReportAction.REOPEN]


@pytest.mark.django_db
def test_the_departments_remarks_stand_beside_the_leaders_and_before_the_leader(
    campaign, report, officer, commune_leader, staff
):
    def shown(user) -> list[bool]:
        page = client_of(user).get(f"/bao-cao/xa/{report.pk}/").content.decode()
        return [words in page for words in ("Sở trả lại lúc", "Thiếu tháng 12.", "Lãnh đạo xã chuyển lại lúc")]

    Campaign.objects.filter(pk=campaign.pk).update(leader_approves=True)
    services.ask_approval(report=ready(report, officer), by=officer)
    services.submit(report=report, by=commune_leader)
    reasons = [{"code": "helped", "text": "Thiếu tháng 12."}]
    services.return_(report=report, by=staff, note="Xem lại.", reasons=reasons)
    services.ask_approval(report=report, by=officer)
    assert shown(commune_leader) == [True, True, False]
    services.send_back(report=report, by=commune_leader, note="Ghi rõ số lớp.")
    assert shown(officer) == [True, True, True]
    services.ask_approval(report=report, by=officer)
    assert shown(commune_leader) == [True, True, False]  # what they wrote themselves is answered
    services.submit(report=report, by=commune_leader)
    assert shown(officer) == [False, False, False]
