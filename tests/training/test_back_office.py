"""Training's lists in the back office: brought in by workbook with a look before, venues also typed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from tests.conftest import client_of
from tests.teams.test_admin import bring_in, exported, rehearse, workbook
from tests.training.after.makers import make_past_class
from tests.training.makers import make_people, make_topic, make_venue
from training.enums import Outcome
from training.models import Result, Topic, TrainingClass, Venue

VENUES = "/quan-tri/training/venue/"
HEADINGS = ["Mã xã", "Tên địa điểm", "Địa chỉ", "Số chỗ"]


def book(*rows: list):
    return workbook(*rows, headings=HEADINGS)


def test_staff_look_at_a_workbook_of_venues_before_it_is_written(staff, cat_hai):
    rehearse(staff, book(["11914", "Hội trường", "Số 1 Lê Lợi", 60]), VENUES)
    assert not Venue.objects.exists()
    bring_in(staff, book(["Cát Hải", "Hội trường", "Số 1 Lê Lợi", 60]), VENUES)
    venue = Venue.objects.get()
    assert (venue.commune, venue.province_id, venue.capacity, venue.version) == (cat_hai, "31", 60, 1)


def test_a_venue_of_the_same_name_is_changed_and_what_is_the_same_skipped(staff, cat_hai):
    make_venue(cat_hai)
    bring_in(staff, book(["11914", "hội trường", "", 80]), VENUES)
    venue = Venue.objects.get()
    assert (venue.capacity, venue.version) == (80, 2)
    bring_in(staff, book(["11914", venue.name, "", 80]), VENUES)
    assert Venue.objects.get().version == 2


def test_rows_of_another_province_or_without_seats_are_refused(staff, cat_hai, hac_thanh):
    for row in (["14797", "Hội trường", "", 60], ["11914", "Hội trường", "", ""], ["11914", "", "", 60]):
        answer = rehearse(staff, book(row), VENUES)
        wrong = [*answer.context["result"].error_rows, *answer.context["result"].invalid_rows]
        assert [each.number for each in wrong] == [2]
        assert "Ghi vào danh sách" not in answer.content.decode()
    assert not Venue.objects.exists()


def test_only_who_runs_training_brings_venues_in_or_types_them(staff, viewer, officer, admin, cat_hai, hac_thanh):
    for user, status in ((staff, 200), (admin, 403), (viewer, 403), (officer, 403)):
        for part in ("import/", "add/"):
            assert client_of(user).get(f"{VENUES}{part}", follow=True).status_code == status
    typed = {"commune": cat_hai.pk, "name": "Nhà văn hóa", "address": "", "capacity": "45"}
    client_of(staff).post(f"{VENUES}add/", typed)
    client_of(staff).post(f"{VENUES}add/", typed | {"commune": hac_thanh.pk})
    venue = Venue.objects.get()
    assert venue.commune == cat_hai
    client_of(staff).post(f"{VENUES}{venue.pk}/change/", typed | {"capacity": "50"})
    venue.refresh_from_db()
    assert (venue.capacity, venue.version) == (50, 2)


def test_venues_leave_as_a_workbook_of_the_province_alone(staff, cat_hai, hac_thanh):
    make_venue(cat_hai)
    make_venue(hac_thanh, "Phòng lạ")
    assert exported(staff, VENUES) == [tuple(HEADINGS), ("11914", "Hội trường", None, "40")]


# Topics ---------------------------------------------------------------------------------------------------------------

TOPICS = "/quan-tri/training/topic/"
TOPIC_HEADINGS = ["Mã chuyên đề", "Tên chuyên đề", "Nội dung", "Thời lượng (giờ)", "Dùng từ ngày", "Thôi dùng từ ngày"]
OWN = ["an-toan", "An toàn thông tin", "Mật khẩu, lừa đảo", "4,5", "1/1/2026", ""]


def topics(*rows: list):
    return workbook(*rows, headings=TOPIC_HEADINGS)


def refusals(user, file, url: str) -> list[str]:
    """What is said of the rows that may not go in."""
    result = rehearse(user, file, url).context["result"]
    errors = [str(each.error) for row in result.error_rows for each in row.errors]
    return errors + [" ".join(each.error.messages) for each in result.invalid_rows]


def test_staff_look_at_topics_before_they_begin(staff, cat_hai):
    rehearse(staff, topics(OWN), TOPICS)
    assert not Topic.objects.exists()
    bring_in(staff, topics(OWN), TOPICS)
    topic = Topic.objects.get()
    assert (topic.province_id, topic.code, topic.hours) == ("31", "an-toan", Decimal("4.5"))
    assert (topic.valid_from, topic.ended_on) == (date(2026, 1, 1), None)


def test_other_words_end_a_topic_and_begin_another_and_the_same_words_do_nothing(staff, cat_hai):
    bring_in(staff, topics(OWN), TOPICS)
    first = Topic.objects.get()
    bring_in(staff, topics(OWN), TOPICS)
    assert Topic.objects.get().version == first.version
    bring_in(staff, topics(["an-toan", "An toàn trên mạng", *OWN[2:]]), TOPICS)
    today = timezone.localdate()
    old, new = Topic.objects.order_by("pk")
    assert (old.pk, old.name, old.ended_on) == (first.pk, "An toàn thông tin", today)
    assert (new.name, new.code, new.valid_from, new.ended_on) == ("An toàn trên mạng", "an-toan", today, None)


def test_a_topic_ends_on_the_day_that_is_written(staff, cat_hai):
    bring_in(staff, topics(OWN), TOPICS)
    assert refusals(staff, topics([*OWN[:5], "31/12/2025"]), TOPICS) == ["Ngày thôi dùng trước ngày bắt đầu dùng."]
    bring_in(staff, topics([*OWN[:5], "30/06/2026"]), TOPICS)
    assert Topic.objects.get().ended_on == date(2026, 6, 30)


def test_the_own_export_changes_nothing_and_leaves_out_what_is_shipped(staff, cat_hai, hac_thanh):
    make_topic()
    Topic.objects.create(code="la", name="Chuyên đề lạ", province=hac_thanh.province)
    bring_in(staff, topics(OWN), TOPICS)
    bring_in(staff, topics(["an-toan", "An toàn trên mạng", *OWN[2:]]), TOPICS)
    rows = exported(staff, TOPICS)
    assert [row[2] for row in rows] == ["Tên chuyên đề", "An toàn thông tin", "An toàn trên mạng"]
    before = list(Topic.objects.order_by("pk").values())
    bring_in(staff, workbook(*map(list, rows[1:]), headings=list(rows[0])), TOPICS)
    assert list(Topic.objects.order_by("pk").values()) == before


def test_topics_that_make_no_sense_are_refused_by_row(staff, cat_hai, hac_thanh):
    make_topic(code="chung")
    for row, reason in (
        (["Mã có dấu", *OWN[1:]], "chỉ gồm chữ không dấu"),
        (["chung", *OWN[1:]], "của danh mục chung"),
        (["an-toan", "", *OWN[2:]], "chưa có tên"),
        ([*OWN[:3], "", "", ""], "chưa ghi thời lượng"),
        ([*OWN[:3], "lâu", "", ""], "không phải số giờ"),
        ([*OWN[:4], "", "1/1/2027"], "mà đã thôi dùng"),
    ):
        [said] = refusals(staff, topics(row), TOPICS)
        assert reason in said
    foreign = workbook([*OWN, "38"], headings=[*TOPIC_HEADINGS, "Mã tỉnh"])
    assert refusals(staff, foreign, TOPICS) == ["Không có tỉnh mã “38”."]
    own = workbook([*OWN, "31"], headings=[*TOPIC_HEADINGS, "Mã tỉnh"])
    assert refusals(staff, own, TOPICS) == []
    assert "hai lần" in refusals(staff, topics(OWN, OWN), TOPICS)[0]
    assert Topic.objects.count() == 1


def test_only_who_runs_training_brings_topics_and_results_in(staff, viewer, officer, admin, cat_hai):
    for user, status in ((staff, 200), (admin, 403), (viewer, 403), (officer, 403)):
        for url in (TOPICS, RESULTS):
            assert client_of(user).get(f"{url}import/", follow=True).status_code == status


def test_the_page_says_what_other_words_do(staff, cat_hai):
    said = {url: client_of(staff).get(f"{url}import/").content.decode() for url in (TOPICS, VENUES)}
    assert "chuyên đề cũ thôi dùng" in said[TOPICS]
    assert "Cột xã ghi mã hoặc tên." in said[VENUES]


# Results --------------------------------------------------------------------------------------------------------------

RESULTS = "/quan-tri/training/result/"
RESULT_HEADINGS = ["Mã xã", "Lớp", "Khai giảng ngày", "Tổ", "Họ và tên", "Kết quả", "Điểm", "Ghi chú"]
YESTERDAY = timezone.localdate() - timedelta(days=1)


@pytest.fixture
def past_class(cat_hai, tran_lieu):
    people = [*make_people(cat_hai, 2), *make_people(tran_lieu, 1)]
    return make_past_class(make_venue(cat_hai), make_topic(), YESTERDAY, people)


def results(*rows: list):
    return workbook(*rows, headings=RESULT_HEADINGS)


def row_of(member, *outcome) -> list:
    return [member.commune_id, "Lớp Dịch vụ công trực tuyến", f"{YESTERDAY:%d/%m/%Y}", "", member.full_name, *outcome]


def learners(training_class) -> list:
    return [each.member for each in training_class.enrolments.order_by("pk")]


def test_results_are_looked_at_then_written_and_then_the_same(staff, past_class):
    first, _, other = learners(past_class)
    file = [row_of(first, "Hoàn thành", "8,5", ""), row_of(other, "chưa hoàn thành", "", "vắng một buổi")]
    rehearse(staff, results(*file), RESULTS)
    assert not Result.objects.exists()
    bring_in(staff, results(*file), RESULTS)
    done = Result.objects.get(enrolment__member=first)
    assert (done.outcome, done.score, done.commune_id) == (Outcome.COMPLETED, Decimal("8.5"), first.commune_id)
    assert Result.objects.get(enrolment__member=other).note == "vắng một buổi"
    rows = exported(staff, RESULTS)
    assert list(rows[0]) == RESULT_HEADINGS
    assert rows[1][4:] == (first.full_name, "Hoàn thành", "8,5", None)
    bring_in(staff, results(*map(list, rows[1:])), RESULTS)
    assert set(Result.objects.values_list("version", flat=True)) == {done.version}
    bring_in(staff, results(row_of(first, "Hoàn thành", 9, "")), RESULTS)
    done.refresh_from_db()
    assert (done.score, done.version) == (9, 2)


def test_results_of_strangers_or_without_sense_are_refused_by_row(staff, past_class, hac_thanh):
    first, second, _ = learners(past_class)
    for row, reason in (
        (row_of(first, "xong", "", ""), "chưa rõ"),
        (row_of(first, "Hoàn thành", "101", ""), "không phải điểm"),
        (["14797", *row_of(first, "Hoàn thành", "", "")[1:]], "không thuộc phạm vi"),
        ([*row_of(first)[:4], "Người Lạ", "Hoàn thành", "", ""], "Không có Người Lạ trong lớp"),
        ([*row_of(first)[:2], "1/1/2020", "", first.full_name, "Hoàn thành", "", ""], "Không có"),
    ):
        [said] = refusals(staff, results(row), RESULTS)
        assert reason in said
    twice = row_of(first, "Hoàn thành", "", "")
    assert "hai lần" in refusals(staff, results(twice, twice), RESULTS)[0]
    seats = past_class.enrolments.get(member=second)
    seats.state = "replaced"
    seats.save()
    assert "Không có" in refusals(staff, results(row_of(second, "Hoàn thành", "", "")), RESULTS)[0]
    assert not Result.objects.exists()


def test_namesakes_are_told_apart_by_their_team(staff, past_class, cat_hai):
    [first, *_] = learners(past_class)
    [namesake] = make_people(cat_hai, 1, team="Thôn Tây")
    assert namesake.full_name == first.full_name
    past_class.enrolments.create(member=namesake, province_id="31", commune=cat_hai)
    row = row_of(namesake, "Hoàn thành", "", "")
    assert "hãy ghi tổ" in refusals(staff, results(row), RESULTS)[0]
    row[3] = "Thôn Tây"
    bring_in(staff, results(row), RESULTS)
    assert Result.objects.get().enrolment.member == namesake


def test_a_class_that_has_not_begun_takes_no_results(staff, past_class):
    first, *_ = learners(past_class)
    later = timezone.now() + timedelta(hours=20)
    TrainingClass.objects.filter(pk=past_class.pk).update(starts_at=later, ends_at=later + timedelta(hours=1))
    row = row_of(first, "Hoàn thành", "", "")
    row[2] = f"{timezone.localdate(later):%d/%m/%Y}"
    assert refusals(staff, results(row), RESULTS) == ["Lớp chưa khai giảng, chưa ghi kết quả được."]
    assert not Result.objects.exists()
