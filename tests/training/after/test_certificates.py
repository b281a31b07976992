"""Certificates: issued once, issued anew for a corrected name, taken back, drawn, put together."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils import timezone
from pypdf import PdfReader

from cdt_portal.jobs.enums import JobState
from cdt_portal.jobs.models import Job
from cdt_portal.jobs.services import run
from cdt_portal.notices.models import Notice
from teams.enums import LeaveReason, MemberRole
from teams.models import Letterhead, Member
from tests.lib.documents.reading import plain_text
from tests.teams.makers import make_member
from tests.training.after.makers import complete
from training import keys
from training.enums import FileShape, Outcome
from training.models import Certificate, Result, TrainingClass
from training.services.certificate_files import ask_class_files, ask_commune_files, file_part
from training.services.certificates import issue, reissue, revoke

ADDRESS = "https://cdt.example/tap-huan/tra-cuu/"


@pytest.fixture
def finished(past_class, people, others, staff) -> TrainingClass:
    """Two of Cát Hải and one of Trần Liễu completed the class."""
    complete(past_class, [*people[:2], others[0]], staff)
    return past_class


def issued(training_class: TrainingClass, by) -> list[Certificate]:
    return issue(training_class=training_class, address=ADDRESS, by=by)


def rename(member: Member, name: str) -> None:
    Member.objects.filter(pk=member.pk).update(full_name=name)


# Codes ----------------------------------------------------------------------------------------------------------------


def test_a_code_has_59_bits_and_no_letter_that_looks_like_another():
    assert len(keys.ALPHABET) == len(set(keys.ALPHABET)) == 31
    assert not set("01OIL") & set(keys.ALPHABET)
    assert len(keys.ALPHABET) ** keys.LENGTH > 2**59
    codes = {keys.make_code() for _ in range(2_000)}
    assert len(codes) == 2_000
    assert {char for code in codes for char in code} == set(keys.ALPHABET)
    assert {len(code) for code in codes} == {12}


def test_a_code_is_read_as_people_type_it():
    assert keys.spell_code("ABCDEFGHJKMN") == "ABCD-EFGH-JKMN"
    for typed in ("ABCD-EFGH-JKMN", " abcd efgh jkmn ", "abcdefghjkmn", "ABCD–EFGH–JKMN."):
        assert keys.read_code(typed) == "ABCDEFGHJKMN"
    for typed in ("", "ABCD", "ABCDEFGHJKM0", "ABCDEFGHJKMNP", "ABCDEFGHJKMÔ", "'; DROP TABLE"):
        assert keys.read_code(typed) == ""


# Issued ---------------------------------------------------------------------------------------------------------------


def test_all_who_completed_get_one_and_a_second_call_makes_none(finished, people, others, staff, officer, neighbour):
    made = issued(finished, staff)
    assert sorted(row.full_name for row in made) == sorted(row.full_name for row in [*people[:2], others[0]])
    assert {(row.title, row.hours, row.issued_on, row.made_by) for row in made} == {
        (finished.title, finished.hours, timezone.localdate(), staff)
    }
    assert issued(finished, staff) == []
    assert Certificate.objects.count() == 3
    assert sorted(Notice.objects.values_list("user__username", flat=True)) == ["canbo.cathai", "canbo.tranlieu"]


def test_before_the_class_is_over_none_is_issued(finished, staff):
    TrainingClass.objects.update(ends_at=timezone.now() + timedelta(minutes=1))
    with pytest.raises(ValidationError, match="chưa kết thúc"):
        issued(finished, staff)
    assert not Certificate.objects.exists()
    TrainingClass.objects.update(ends_at=timezone.now())
    assert len(issued(finished, staff)) == 3


@pytest.mark.django_db(transaction=True)
def test_eight_who_issue_at_once_make_one_each(finished, staff):
    def one(_) -> int:
        try:
            return len(issued(finished, staff))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(8))) == 3
    assert Certificate.objects.count() == 3


def test_a_certificate_stays_as_it_was_when_the_class_is_renamed(finished, staff):
    [first, *_] = issued(finished, staff)
    TrainingClass.objects.update(title="Tên khác")
    first.refresh_from_db()
    assert first.title == finished.title


# A corrected name -----------------------------------------------------------------------------------------------------


def test_only_a_corrected_name_is_issued_anew_and_the_old_one_is_void(finished, people, staff):
    before = {row.full_name: row for row in issued(finished, staff)}
    rename(people[0], "Nguyễn Văn Ân")
    [new] = reissue(training_class=finished, address=ADDRESS, by=staff)
    old = before[people[0].full_name]
    old.refresh_from_db()
    assert (old.full_name, old.voided_on, new.full_name) == (people[0].full_name, timezone.localdate(), "Nguyễn Văn Ân")
    assert (new.replaces, new.voided_on) == (old, None)
    assert new.code != old.code
    assert Certificate.objects.filter(voided_on=None).count() == 3
    assert reissue(training_class=finished, address=ADDRESS, by=staff) == []


def test_a_name_corrected_in_the_persons_next_row_counts(finished, people, staff):
    issued(finished, staff)
    old = people[1]
    day = timezone.localdate()
    Member.objects.filter(pk=old.pk).update(left_on=day, left_reason=LeaveReason.ROLE_CHANGED)
    make_member(old.team, "Nguyễn Văn Bính", MemberRole.DEPUTY_LEADER, person=old.person, joined_on=day)
    [new] = reissue(training_class=finished, address=ADDRESS, by=staff)
    assert (new.full_name, new.enrolment.member_id) == ("Nguyễn Văn Bính", old.pk)


# Taken back -----------------------------------------------------------------------------------------------------------


def test_what_was_issued_by_mistake_is_void_and_not_issued_again(finished, people, staff):
    [first] = [row for row in issued(finished, staff) if row.full_name == people[0].full_name]
    revoke(certificate=first, by=staff)
    first.refresh_from_db()
    assert first.voided_on == timezone.localdate()
    assert Result.objects.get(enrolment=first.enrolment_id).outcome == Outcome.NOT_COMPLETED
    assert issued(finished, staff) == []
    with pytest.raises(ValidationError, match="đã hết giá trị"):
        revoke(certificate=first, by=staff)


# As files -------------------------------------------------------------------------------------------------------------


def done(job: Job) -> bytes:
    run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.error
    with job.file.open() as file:
        return file.read()


def test_issuing_asks_for_the_drawing_and_the_drawn_file_stays(finished, people, staff, hai_phong):
    Letterhead.objects.create(
        province=hai_phong, signer_titles="GIÁM ĐỐC", signer_name="Trần Văn Bình", place="Hải Phòng"
    )
    issued(finished, staff)
    job = Job.objects.get(kind="training.certificates")
    merged = done(job)
    assert len(PdfReader(BytesIO(merged)).pages) == 3
    assert (job.owner, job.filename) == (staff, f"Giấy chứng nhận – {finished.title}.pdf")
    row = Certificate.objects.get(full_name=people[0].full_name)
    with row.pdf.open() as file:
        text = plain_text(file.read())
    day = timezone.localdate(finished.starts_at)
    for words in (
        row.full_name,
        row.title,
        "4 giờ",
        f"ngày {day.day:02} tháng",
        "Trần Văn Bình",
        keys.spell_code(row.code),
    ):
        assert words in text
    assert "UBND THÀNH PHỐ HẢI PHÒNG" in text
    stored = row.pdf.name
    Letterhead.objects.update(signer_name="Người khác")
    again = done(ask_class_files(training_class=finished, shape=FileShape.PDF, address=ADDRESS, by=staff))
    assert "Người khác" not in plain_text(again)
    row.refresh_from_db()
    assert row.pdf.name == stored


def names_in(data: bytes) -> list[str]:
    with ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_the_zip_of_a_class_has_a_folder_for_each_commune(finished, people, others, staff):
    issued(finished, staff)
    names = names_in(done(ask_class_files(training_class=finished, shape=FileShape.ZIP, address=ADDRESS, by=staff)))
    assert names == [
        f"Đặc khu Cát Hải/001 {people[0].full_name}.pdf",
        f"Đặc khu Cát Hải/002 {people[1].full_name}.pdf",
        f"Phường Trần Liễu/001 {others[0].full_name}.pdf",
    ]


def test_the_zip_of_a_commune_has_its_own_people_only(finished, people, cat_hai, staff, officer):
    issued(finished, staff)
    names = names_in(done(ask_commune_files(commune=cat_hai, shape=FileShape.ZIP, address=ADDRESS, by=officer)))
    folder = f"{timezone.localdate(finished.starts_at)} {finished.title}"
    assert names == [f"{folder}/{number:03} {people[number - 1].full_name}.pdf" for number in (1, 2)]


def test_who_lost_the_commune_meanwhile_gets_no_file(finished, cat_hai, staff, officer):
    issued(finished, staff)
    job = ask_commune_files(commune=cat_hai, shape=FileShape.ZIP, address=ADDRESS, by=officer)
    officer.assignments.all().delete()
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, bool(job.file)) == (JobState.FAILED, False)


def test_the_same_request_is_one_job_and_a_new_certificate_makes_another(finished, people, staff):
    issued(finished, staff)
    first, again = (
        ask_class_files(training_class=finished, shape=FileShape.ZIP, address=ADDRESS, by=staff) for _ in range(2)
    )
    assert first == again
    rename(people[0], "Nguyễn Văn Ân")
    reissue(training_class=finished, address=ADDRESS, by=staff)
    assert ask_class_files(training_class=finished, shape=FileShape.ZIP, address=ADDRESS, by=staff) != first


def test_a_name_becomes_a_file_name():
    assert file_part('Lớp "An toàn/thông tin": K1.') == "Lớp -An toàn-thông tin- K1"
