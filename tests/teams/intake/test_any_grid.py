"""Whatever stands in the cells, the roster is read or refused in words, and every row is accounted for."""

from hypothesis import given, settings
from hypothesis import strategies as st

from teams.intake.reader import RawSheet
from teams.intake.refusals import Refused
from teams.intake.roster import read_roster
from tests.workbooks.builders import HEADING

ODD = [
    "VD", "TỔNG", "Cộng", "Tổ ….", "Thôn 1", "Xã Bình Minh", "nt", '"', "-", "#REF!", "Nguyễn Văn A", "0914994***",
    "Tổ trưởng", "TV", "01/QĐ-UBND\nngày 10/7/2025", "chưa có", "386 thành viên", "(1)", "Họ tên thành viên", " ",
]  # fmt: skip
TEXT = st.one_of(st.sampled_from(["", "", "", *ODD]), st.text(max_size=8))
CELL = st.one_of(TEXT, st.integers(), st.floats(), st.booleans(), st.dates())
ROW = st.lists(CELL, max_size=9)
MERGED = st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 40), st.integers(1, 9))


@settings(max_examples=300, deadline=None)
@given(st.lists(ROW, max_size=12), st.lists(MERGED, max_size=4), st.booleans())
def test_any_grid_below_the_official_heading_is_accounted_for(grid, merged, team_required):
    rows = [(number, row) for number, row in enumerate(grid, start=2) if any(value != "" for value in row)]
    reading = read_roster([RawSheet("x", [(1, list(HEADING)), *rows], merged=merged)], team_required=team_required)
    assert len(reading.rows) + len(reading.ignored) == len(rows)
    assert {(row.sheet, row.row) for row in reading.rows}.isdisjoint((row.sheet, row.row) for row in reading.ignored)
    assert all(finding.message for finding in reading.findings)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.one_of(CELL, st.sampled_from(HEADING)), max_size=9), max_size=6))
def test_any_grid_is_read_or_refused_in_words(grid):
    rows = [(number, row) for number, row in enumerate(grid, start=1) if any(value != "" for value in row)]
    try:
        read_roster([RawSheet("x", rows)])
    except Refused as refused:
        assert refused.message.endswith(".")
