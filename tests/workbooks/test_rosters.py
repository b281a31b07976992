"""The four lists from the field read as their officers meant them."""

from collections import Counter

from teams.intake.checks.keys import team_key
from teams.intake.reading import Total
from tests.workbooks.builders import read, reasons
from tests.workbooks.rosters import (
    THANH_HOA_TEAMS,
    build_blank_form,
    build_cat_hai,
    build_thanh_hoa,
    build_tran_lieu,
)


def _teams(reading) -> Counter:
    return Counter(team_key(row) for row in reading.rows)


def test_cat_hai_has_58_teams_and_386_members_and_its_total_agrees(tmp_path):
    reading = read(build_cat_hai(tmp_path / "a.xlsx"))
    assert len(_teams(reading)) == 58
    assert len(reading.rows) == 386
    assert reading.total == Total(stated=386, counted=386)
    assert reading.findings == ()
    assert {row.commune for row in reading.rows} == {"Đặc khu Cát Hải"}
    assert {(row.decision.number, row.decision.symbol, row.decision.issued_on.isoformat()) for row in reading.rows} == {
        ("1907", "QĐ-UBND", "2025-10-31")
    }


def test_tran_lieu_has_14_teams_of_5_under_one_decision(tmp_path):
    reading = read(build_tran_lieu(tmp_path / "a.xlsx"))
    assert list(_teams(reading).values()) == [5] * 14
    assert {(row.decision.number, row.decision.symbol) for row in reading.rows} == {("199", "QĐ-UBND")}
    assert reading.findings == ()
    assert reading.total is None


def test_the_sheet_of_twelve_communes_reads_whole_with_its_oddities_told(tmp_path):
    reading = read(build_thanh_hoa(tmp_path / "a.xlsx"))
    assert len({row.commune for row in reading.rows}) == 12
    assert len(_teams(reading)) == THANH_HOA_TEAMS == 121
    assert Counter(reasons(reading)) == {"sample": 1, "placeholder": 12, "total": 1}
    assert reading.total == Total(stated=None, counted=len(reading.rows))
    assert {finding.severity for finding in reading.findings} == {"warning"}
    assert {finding.code for finding in reading.findings} == {
        "phone_lost_zero",
        "phone_country_code",
        "decision_no_symbol",
    }
    assert all(len(row.phone.first) == 10 and row.decision.issued_on for row in reading.rows)


def test_communes_whose_names_differ_by_tone_marks_stay_apart(tmp_path):
    reading = read(build_thanh_hoa(tmp_path / "a.xlsx"))
    names = [row.commune for row in reading.rows]
    assert names.count("Phường Đông Tiến") and names.count("Xã Đồng Tiến")
    assert {key for key in _teams(reading) if key[0] == "xã đồng tiến"} == {
        ("xã đồng tiến", f"tổ dân phố {number}") for number in range(1, 10)
    }


def test_the_blank_form_is_nothing_to_import_and_names_its_sample_rows(tmp_path):
    reading = read(build_blank_form(tmp_path / "a.xlsx"))
    assert reading.rows == ()
    assert Counter(reasons(reading)) == {"sample": 6, "placeholder": 2, "total": 1}
    assert [ignored.row for ignored in reading.ignored if ignored.reason == "sample"] == [4, 5, 6, 8, 9, 10]
    assert reading.rows_read == 9
