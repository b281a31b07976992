"""Venues in the back office: typed, or brought in by workbook with a look before."""

from tests.conftest import client_of
from tests.teams.test_admin import bring_in, exported, rehearse, workbook
from tests.training.makers import make_venue
from training.models import Venue

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
