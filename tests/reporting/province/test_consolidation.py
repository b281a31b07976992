"""What a province's report says: sums of what counts, rates of sums, who is missing; the same for the same sources."""

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cdt_portal.jobs import services as jobs
from cdt_portal.jobs.models import Job
from reporting.answers import add_up, rate_of_sums
from reporting.definition import parse
from reporting.enums import ProvinceReportState, ReportState
from reporting.figures import CommuneRow
from reporting.models import Campaign, ProvinceReport, Report
from reporting.queries import consolidation as queries
from reporting.queries.province_pages import answer_rows
from reporting.services import consolidation as services
from reporting.services import reports
from teams.models import Commune
from teams.services.concurrency import Conflict
from tests.conftest import make_commune
from tests.reporting.province.makers import send, snapshot_of
from tests.reporting.reports.makers import SMALL_FORM, make_report


def consolidated(campaign: Campaign) -> ProvinceReport:
    services.consolidate(campaign=Campaign.objects.get(pk=campaign.pk))
    return ProvinceReport.objects.get(campaign=campaign)


def total(report: ProvinceReport, code: str):
    each = queries.figures_of(report).total(code)
    return each.value, each.reported, each.asked


# What counts ---------------------------------------------------------------------------------------------------------


def test_sums_rates_of_sums_and_how_many_told(sent, campaign):
    report = consolidated(campaign)
    assert total(report, "people") == (400, 2, 3)
    assert total(report, "helped") == (80, 2, 3)
    assert total(report, "share") == (20.0, 2, 3)  # 80 of 400; the mean of 50 % and 10 % would be 30
    assert total(report, "zalo") == (None, 0, 3)
    assert total(report, "villages") == (None, 0, 3)  # nobody told: not zero
    assert queries.figures_of(report).total("skill").counts == (("Tốt", 1), ("Khá", 1), ("Trung bình", 0))
    assert queries.figures_of(report).missing == ("Xã Cường",)


def test_a_commune_that_gave_one_number_of_a_rate_is_in_no_side_of_it(sent, campaign, communes):
    send(campaign, communes[2], people="", helped="1000")
    assert total(consolidated(campaign), "share") == (20.0, 2, 3)


def test_zero_is_a_report(campaign, communes):
    send(campaign, communes[0], people="0", helped="0")
    assert total(consolidated(campaign), "people") == (0, 1, 3)
    assert total(consolidated(campaign), "share") == (None, 1, 3)


def test_a_rate_of_the_register_is_weighed_by_what_it_is_a_share_of():
    form = {
        "title": "T",
        "subject": "S",
        "opening": "O",
        "sections": [
            {
                "code": "one",
                "heading": "I",
                "level": 1,
                "indicators": [
                    {"code": "villages", "label": "Thôn", "source": "register.villages"},
                    {"code": "coverage", "label": "Tỷ lệ", "kind": "rate", "source": "register.coverage"},
                    {"code": "typed", "label": "Gõ tay", "kind": "rate"},
                ],
            }
        ],
    }
    rows = [
        CommuneRow("1", "A", "", {"villages": 10, "coverage": 50.0, "typed": 10.0}),
        CommuneRow("2", "B", "", {"villages": 90, "coverage": 100.0, "typed": 90.0}),
        CommuneRow("3", "C", "", {"coverage": 100.0}),
    ]
    _, coverage, typed = queries.totals(parse(form), rows)
    assert (coverage.value, coverage.reported) == (95.0, 2)
    assert (typed.value, typed.reported) == (None, 0)  # nothing to work it out from


def test_a_rate_of_the_teams_is_weighed_by_the_whole_that_came_with_it():
    rate = {"code": "rate", "label": "Tỷ lệ", "kind": "rate", "source": "teams.guided_rate"}
    form = {"title": "T", "subject": "S", "opening": "O", "sections": [{"heading": "I", "indicators": [rate]}]}
    rows = [
        CommuneRow("1", "A", "", {"rate": 80.0}, wholes={"rate": 100}),
        CommuneRow("2", "B", "", {"rate": 20.0}, wholes={"rate": 300}),
        CommuneRow("3", "C", "", {"rate": 100.0}),
    ]
    (total,) = queries.totals(parse(form), rows)
    assert (total.value, total.reported) == (35.0, 2)


def test_a_report_being_written_again_is_not_called_missing(sent, campaign, staff):
    reports.return_(report=sent[0], by=staff, note="Sửa.")
    report = consolidated(campaign)
    figures = queries.figures_of(report)
    assert (figures.missing, figures.finishing, figures.counted) == (("Xã Cường",), ("Xã An",), 1)
    assert [row.state for row in figures.rows] == ["Đang hoàn thiện", "Đã nộp", "Chưa nộp"]
    told = "1 đơn vị đã nộp, đang hoàn thiện báo cáo, chưa được tính."
    assert services.locking(report)[:3] == [
        "Chốt số liệu của 1/3 xã, phường, đặc khu.",
        "1 đơn vị chưa nộp được ghi là chưa có báo cáo.",
        told,
    ]


def test_what_was_accepted_counts_again_once_its_reopening_lapses(sent, campaign, staff):
    reports.accept(report=sent[0], by=staff)
    now = timezone.now()
    reports.reopen(report=sent[0], by=staff, until=now + timedelta(hours=1), note="Bổ sung.")
    assert queries.figures_of(consolidated(campaign)).finishing == ("Xã An",)
    Report.objects.filter(pk=sent[0].pk).update(reopened_until=now - timedelta(hours=1))
    assert queries.figures_of(consolidated(campaign)).counted == 2
    Report.objects.filter(pk=sent[0].pk).update(accepted_at=None)  # sent anew since, and returned: nothing stands
    assert queries.figures_of(consolidated(campaign)).counted == 1


def test_a_commune_that_sent_a_report_without_answers_has_sent_one(sent, campaign):
    figures = queries.figures_of(consolidated(campaign))
    silent = replace(figures, rows=(replace(figures.rows[0], answers={}), *figures.rows[1:]))
    form = parse(SMALL_FORM)
    rows = answer_rows(form, silent, form.by_code["people"], missing_only=False, order="ten")
    assert [(row.row.name, row.is_missing) for row in rows] == [
        ("Xã An", False),
        ("Xã Bình", False),
        ("Xã Cường", True),
    ]
    missing = answer_rows(form, silent, form.by_code["people"], missing_only=True, order="ten")
    assert [row.row.name for row in missing] == ["Xã Cường"]


@pytest.mark.parametrize("state", ReportState)
def test_what_counts_is_what_stands_sent(state, sent, campaign):
    Report.objects.filter(pk=sent[0].pk).update(state=state)
    counts = state in {ReportState.SUBMITTED, ReportState.UNDER_REVIEW, ReportState.ACCEPTED, ReportState.LOCKED}
    assert ("Xã An" in queries.figures_of(consolidated(campaign)).finishing) is not counts


def test_the_latest_submission_counts(sent, campaign, staff):
    reports.return_(report=sent[0], by=staff, note="Sửa.")
    send(campaign, sent[0].commune, people="900")
    assert total(consolidated(campaign), "people") == (1200, 2, 3)


def test_only_communes_that_are_asked_and_exist_on_the_cut_off_count(sent, campaign, communes, hac_thanh):
    Commune.objects.filter(pk=communes[1].pk).update(ended_on=campaign.ends_on)
    assert [row.name for row in queries.figures_of(consolidated(campaign)).rows] == ["Xã An", "Xã Cường"]
    Campaign.objects.filter(pk=campaign.pk).update(communes=[communes[0].pk])
    assert [row.name for row in queries.figures_of(consolidated(campaign)).rows] == ["Xã An"]


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "people": st.integers(0, 10**6),
        "helped": st.integers(0, 10**6),
        "skill": st.sampled_from(["Tốt", "Khá", "Trung bình"]),
        "proposals": st.just("<p>Thêm máy</p>"),
    },
)


@given(st.lists(st.tuples(ANSWERS, st.integers(0, 4)), max_size=12))
def test_any_partition_of_the_communes_sums_to_the_whole(communes):
    definition = parse(SMALL_FORM)
    rows = [CommuneRow(str(number), "Xã", "", answers) for number, (answers, _) in enumerate(communes)]
    parts = [
        queries.totals(definition, [row for row, (_, of) in zip(rows, communes, strict=True) if of == part])
        for part in range(5)
    ]
    for index, whole in enumerate(queries.totals(definition, rows)):
        each = [part[index] for part in parts]
        assert whole.reported == sum(part.reported for part in each) <= whole.asked == len(rows)
        assert whole.asked == sum(part.asked for part in each)
        for choice, count in whole.counts:
            assert count == sum(dict(part.counts)[choice] for part in each)
        if whole.indicator.code in ("people", "helped"):
            assert whole.value == add_up(part.value for part in each)
        if whole.indicator.code == "share":
            assert whole.value == rate_of_sums((row.answers.get("helped"), row.answers.get("people")) for row in rows)


# Repeatable and incremental ------------------------------------------------------------------------------------------


def test_the_same_sources_give_the_same_content_and_write_nothing(sent, campaign, staff):
    first = consolidated(campaign)
    reports.take(report=sent[0], by=staff)
    reports.accept(report=sent[0], by=staff)  # another state, the same snapshot
    with CaptureQueriesContext(connection) as queries_made:
        assert services.consolidate(campaign=campaign) is False
    assert [each["sql"] for each in queries_made if each["sql"].startswith("UPDATE")] == []
    again = ProvinceReport.objects.get()
    assert (again.content, again.sha256, again.consolidated_at) == (first.content, first.sha256, first.consolidated_at)

    ProvinceReport.objects.all().delete()
    anew = consolidated(campaign)
    assert (anew.content, anew.sha256) == (first.content, first.sha256)
    assert anew.sources == {"90000": snapshot_of(sent[0]).pk, "90001": snapshot_of(sent[1]).pk, "90002": None}


def test_another_source_is_read_alone_and_gives_what_a_whole_run_gives(sent, campaign, communes):
    before = consolidated(campaign)
    kept = deepcopy(before.content)
    kept["rows"][0]["answers"]["people"] = 111  # told from one that is read again
    ProvinceReport.objects.update(content=kept)
    send(campaign, communes[2], people="1")
    assert total(consolidated(campaign), "people") == (111 + 300 + 1, 3, 3)

    ProvinceReport.objects.update(content=before.content, sources=before.sources)
    step = consolidated(campaign)
    ProvinceReport.objects.all().delete()
    assert (step.sha256 == consolidated(campaign).sha256) and step.sha256 != before.sha256


def test_the_number_of_queries_does_not_grow_with_the_communes(sent, campaign, communes, hai_phong):
    consolidated(campaign)

    def count() -> int:
        ProvinceReport.objects.all().delete()
        with CaptureQueriesContext(connection) as made:
            services.consolidate(campaign=Campaign.objects.select_related("province", "form_version").get())
        return len(made)

    two = count()
    for number in range(3):
        send(campaign, make_commune(f"8000{number}", f"Xã Dương {number}", "rural_commune", hai_phong))
    assert count() == two


def test_people_who_ask_while_it_runs_share_the_run(sent, campaign, staff, admin):
    first = services.ask_consolidation(campaign=campaign, by=staff)
    assert services.ask_consolidation(campaign=campaign, by=admin) == first
    jobs.run(first.pk)
    assert Job.objects.get(pk=first.pk).message == "Đã tổng hợp."
    again = services.ask_consolidation(campaign=campaign, by=admin)
    assert again != first
    jobs.run(again.pk)
    assert Job.objects.get(pk=again.pk).message.startswith("Không có gì thay đổi")


def test_open_campaigns_are_added_up_by_themselves(sent, campaign):
    assert services.consolidate_open() == 1
    assert services.consolidate_open() == 0


# The department's words, locking -------------------------------------------------------------------------------------


def test_words_outlive_a_new_consolidation_and_two_writers_of_one_section_are_told(sent, campaign, staff, communes):
    save = {"campaign": campaign, "section": "results", "by": staff}
    consolidated(campaign)
    services.save_words(**save, html="<p>Kết quả <b>tốt</b></p><script>x</script>", seen="")
    send(campaign, communes[2])
    report = consolidated(campaign)
    assert "Kết quả <" in report.texts["results"]
    assert "<script" not in report.texts["results"]
    with pytest.raises(Conflict):
        services.save_words(**save, html="<p>Khác</p>", seen="")
    services.save_words(campaign=campaign, section="proposals", by=staff, html="<p>Mục khác</p>", seen="")
    services.save_words(**save, html="<p>Khác</p>", seen=report.texts["results"])
    assert services.save_words(**save, html="<p> </p>", seen="<p>Khác</p>").texts == {"proposals": "<p>Mục khác</p>"}
    with pytest.raises(ValidationError):
        services.save_words(campaign=campaign, section="nothing", by=staff, html="<p>A</p>", seen="")


def test_a_locked_report_stays_although_a_commune_is_reopened_and_tells_the_difference(sent, campaign, staff, communes):
    report = consolidated(campaign)
    seen = {"campaign": campaign, "by": staff, "version": report.version, "sha256": report.sha256}
    assert "1 đơn vị chưa nộp được ghi là chưa có báo cáo." in services.locking(report)
    locked = services.lock_province(**seen)
    assert (locked.state, locked.locked_by) == (ProvinceReportState.LOCKED, staff)

    reports.return_(report=sent[0], by=staff, note="Sửa.")
    send(campaign, communes[2], people="5")
    after = consolidated(campaign)
    assert (after.content, after.sha256) == (locked.content, locked.sha256)
    assert queries.differences(after.sources, queries.asked_communes(campaign)) == [
        "Xã An đang sửa lại báo cáo đã tổng hợp.",
        "Xã Cường đã nộp báo cáo.",
    ]
    send(campaign, communes[0], people="70")
    assert queries.differences(after.sources, queries.asked_communes(campaign))[0] == "Xã An đã nộp lại báo cáo khác."
    with pytest.raises(ValidationError):
        services.save_words(campaign=campaign, section="results", by=staff, html="<p>A</p>", seen="")
    with pytest.raises(ValidationError):
        services.lock_province(**seen)


def test_what_was_not_seen_is_not_locked(sent, campaign, staff, communes):
    report = consolidated(campaign)
    send(campaign, communes[2])
    newer = consolidated(campaign)
    with pytest.raises(Conflict):
        services.lock_province(campaign=campaign, by=staff, version=report.version, sha256=report.sha256)
    services.lock_province(campaign=campaign, by=staff, version=newer.version, sha256=newer.sha256)


def test_nothing_is_locked_before_it_was_added_up(campaign, communes, staff):
    make_report(campaign, communes[0])
    with pytest.raises(ValidationError, match="Hãy tổng hợp"):
        services.lock_province(campaign=campaign, by=staff, version=1, sha256="")


def test_a_commune_that_is_added_or_taken_off_is_told(sent, campaign, communes, hai_phong):
    report = consolidated(campaign)
    make_commune("80001", "Xã Dương", "rural_commune", hai_phong)
    Campaign.objects.filter(pk=campaign.pk).update(communes=["80001", communes[0].pk])
    campaign.refresh_from_db()
    assert queries.differences(report.sources, queries.asked_communes(campaign)) == [
        "Xã Dương vừa được thêm vào đợt báo cáo.",
        "2 đơn vị không còn được yêu cầu báo cáo.",
    ]
