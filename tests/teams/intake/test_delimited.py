import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teams.intake.delimited import rows_of


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a\tb\nc\td\n", [["a", "b"], ["c", "d"]]),
        ('"một\nhai"\tb\n', [["một\nhai", "b"]]),
        ('"nói ""vâng"""\tb', [['nói "vâng"', "b"]]),
        ('"tab\tbên trong"\tb', [["tab\tbên trong", "b"]]),
        ('"Út" Bình\tb', [['"Út" Bình', "b"]]),
        ('"chưa đóng\tb\nc\td', [['"chưa đóng', "b"], ["c", "d"]]),
        ('a\t"\nb\t"\nc\td\n', [["a", '"'], ["b", '"'], ["c", "d"]]),
        ('"\ta\n"\tb\n', [['"', "a"], ['"', "b"]]),
        ('""\tb\n', [["", "b"]]),
        ("\ta\t\n\n\tb\t", [["", "a", ""], [""], ["", "b", ""]]),
        ("", []),
    ],
)
def test_cells_are_read_as_spreadsheets_write_them_and_a_quote_alone_is_a_letter(text, rows):
    assert list(rows_of(text, "\t")) == rows


CELL = st.text(alphabet='a, ;"\tấ\n', max_size=6).filter(lambda text: text[:1] not in tuple(',;\t\n"'))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(CELL, min_size=1, max_size=4), max_size=4), st.sampled_from(",;\t"))
def test_what_a_spreadsheet_writes_comes_back_as_it_was(rows, delimiter):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    expected = [["" if cell == "" else cell for cell in row] for row in rows]
    assert list(rows_of(out.getvalue(), delimiter)) == expected
