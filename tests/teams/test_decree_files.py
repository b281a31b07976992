"""The workbook of a decree: read into a plan that is looked at first; what is wrong is told by cell."""

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from teams.layouts.decree import COMMUNE, HOUSEHOLDS, NEW, OLDS, OTHER, SHARE
from teams.models import ResidentialUnit, UnitPlan
from teams.services.unit_plans import rows_of
from tests.conftest import client_of
from tests.teams.makers import make_units

HEADING = [COMMUNE, OLDS, SHARE, NEW, HOUSEHOLDS, OTHER]
EVENT = {"effective_on": "1/1/2026", "legal_basis": "Nghị quyết 05/NQ-HĐND ngày 01/12/2025"}


@pytest.fixture
def villages(cat_hai, officer):
    return make_units(cat_hai, "Thôn 1", "Thôn 2", "Thôn 3", "Thôn 4", by=officer)


def workbook(*rows: list, heading: list = HEADING) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    for row in ["Danh sách sắp xếp"], heading, *rows:
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    return SimpleUploadedFile("nghi-quyet.xlsx", file.getvalue())


def upload(user, url: str, *rows: list):
    return client_of(user).post(url, EVENT | {"file": workbook(*rows)})


def shape(plan: UnitPlan) -> list[tuple]:
    names = dict(ResidentialUnit.objects.values_list("pk", "name"))
    return [
        (
            row.commune,
            row.draft.name,
            row.draft.households,
            {names[old]: share.value for old, share in row.sources.items()},
        )
        for row in rows_of(plan)
    ]


def test_rows_become_a_plan_and_nothing_is_written_yet(cat_hai, officer, villages):
    answer = upload(
        officer,
        f"/xa/{cat_hai.pk}/thon/sap-xep/tep/",
        [11914, "Thôn 1; thôn 02", "toàn bộ", "Thôn Đông", 300],
        [None, "Thôn 3", "Chia hết", "Thôn Đông"],
        [None, "Thôn 3", "chia hết", "TDP số 9", 1440.0],
        [None, "Thôn 4", None, None],
    )
    plan = UnitPlan.objects.get()
    assert answer["Location"] == f"/sap-xep-thon/{plan.pk}/"
    assert shape(plan) == [
        ("11914", "Thôn Đông", 300, {"Thôn 1": "whole", "Thôn 2": "whole", "Thôn 3": "divided"}),
        ("11914", "Tổ dân phố số 9", 1440, {"Thôn 3": "divided"}),
    ]
    assert ResidentialUnit.objects.count() == 4
    client_of(officer).post(answer["Location"], {"version": "1", "confirm": "1"})
    assert set(ResidentialUnit.objects.filter(ended_on=None).values_list("name", flat=True)) == {
        "Thôn 4", "Thôn Đông", "Tổ dân phố số 9"
    }  # fmt: skip


def test_what_is_wrong_is_told_by_cell_and_what_was_typed_stays(cat_hai, officer, villages):
    answer = upload(
        officer,
        f"/xa/{cat_hai.pk}/thon/sap-xep/tep/",
        ["11914", "Thôn 99", "toàn bộ", "Thôn Đông", "nhiều"],
        ["11914", "Thôn 98", "nửa", "Thôn Tây"],
        ["99999", "Thôn 3", "toàn bộ", "Thôn Nam"],
        ["11914", "Thôn 4", "chia hết", "Thôn Bắc"],
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert EVENT["legal_basis"] in page
    for cell in ("B3", "E3", "B4", "C4", "A5", "D6"):
        assert f"<td>{cell}</td>" in page, cell
    assert not UnitPlan.objects.exists()


def test_a_province_reads_many_communes_and_a_village_may_change_its_commune(
    cat_hai, tran_lieu, staff, officer, villages
):
    make_units(tran_lieu, "Thôn 1", by=officer)
    answer = upload(
        staff,
        "/sap-xep-thon/",
        ["Đặc khu Cát Hải", "Thôn 1", "toàn bộ", "Thôn Chung", None, "Phường Trần Liễu"],
        ["Phường Trần Liễu", "Thôn 1", "toàn bộ", "Thôn Chung"],
    )
    assert answer.status_code == 302
    (row,) = rows_of(UnitPlan.objects.get())
    olds = ResidentialUnit.objects.filter(pk__in=row.sources).values_list("commune", "name")
    assert (row.commune, row.draft.name) == ("10729", "Thôn Chung")
    assert set(olds) == {("10729", "Thôn 1"), ("11914", "Thôn 1")}
    assert UnitPlan.objects.get().commune is None


def test_an_officers_file_names_no_other_commune(cat_hai, tran_lieu, officer, neighbour, villages):
    make_units(tran_lieu, "Thôn 1", by=neighbour)
    answer = upload(officer, f"/xa/{cat_hai.pk}/thon/sap-xep/tep/", [tran_lieu.pk, "Thôn 1", "", "Thôn Lạ"])
    assert answer.status_code == 422
    assert not UnitPlan.objects.exists()


def test_the_template_comes_back_as_it_went_with_new_names_written_in(cat_hai, officer, villages):
    client = client_of(officer)
    answer = client.get(f"/xa/{cat_hai.pk}/thon/sap-xep/mau/")
    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
    sheet = book.active
    rows = [row for row in sheet.iter_rows() if row[1].value in ("Thôn 1", "Thôn 2")]
    assert len(rows) == 2
    for row in rows:
        row[3].value = "Thôn Đông"
    file = BytesIO()
    book.save(file)
    typed = EVENT | {"file": SimpleUploadedFile("mau.xlsx", file.getvalue())}
    assert client.post(f"/xa/{cat_hai.pk}/thon/sap-xep/tep/", typed).status_code == 302
    assert shape(UnitPlan.objects.get()) == [("11914", "Thôn Đông", None, {"Thôn 1": "whole", "Thôn 2": "whole"})]
