import pytest

from teams.intake.refusals import Refused
from teams.intake.scans import Limits, SheetScan, blank_strings, column_letters, scan_xlsx_sheet
from teams.intake.scans_ods import scan_ods_sheets

ROWS_AND_COLUMNS = (100, 10)


def _scan(data: str, size: int = 1 << 20, blank: frozenset[int] = frozenset()) -> SheetScan:
    xml = f"<worksheet>{data}</worksheet>".encode()
    return scan_xlsx_sheet(
        iter([xml[at : at + size] for at in range(0, len(xml), size)]), Limits(*ROWS_AND_COLUMNS), blank
    )


def _ods(table: str) -> SheetScan:
    xml = f'<table:table table:name="A &amp; B">{table}</table:table>'.encode()
    return scan_ods_sheets(iter([xml]), Limits(*ROWS_AND_COLUMNS))["A & B"]


ROWS = (
    "<sheetData>"
    '<row r="2"><c r="A2"><v>1</v></c></row>'
    '<row r="3" hidden="1"><c r="A3" s="1"/></row>'
    '<row r="4"/><row r="5" hidden="true"><c r="A5" t="inlineStr"><is><t>x</t></is></c></row>'
    '<row r="6"><c r="A6" t="e"><v>#N/A</v></c><c r="B6"><f>1</f><v/></c></row>'
    "</sheetData><mergeCells/>"
)


@pytest.mark.parametrize("size", [1, 7, 40, 1000])
def test_the_answer_does_not_depend_on_how_the_bytes_come(size):
    scan = _scan(ROWS, size)
    assert scan.valued_rows == 3
    assert scan.hidden_rows >= {5}
    assert scan.errors == {(6, 1): "#N/A"}
    assert scan.unevaluated == [(6, 2)]


@pytest.mark.parametrize(
    ("cell", "counts"),
    [
        ("<c><v>0</v></c>", True),
        ("<c><v></v></c>", False),
        ("<c><v/></c>", False),
        ('<c t="inlineStr"><is><t xml:space="preserve"> \n</t></is></c>', False),
        ('<c t="inlineStr"><is><t>&#10;&#x20;</t></is></c>', False),
        ('<c t="inlineStr"><is><t>&#10;x</t></is></c>', True),
        ('<c t="str"><f>A1</f><v></v></c>', False),
        ("<c><f>A1</f></c>", False),
        ('<c t="s"><v>0</v></c>', False),
        ('<c t="s"><v>1</v></c>', True),
    ],
)
def test_a_row_counts_when_a_cell_shows_something(cell, counts):
    scan = _scan(f'<sheetData><row r="1">{cell}</row></sheetData>', blank=frozenset({0}))
    assert scan.valued_rows == counts


def test_rows_and_cells_without_numbers_count_on():
    scan = _scan('<sheetData><row><c><v>1</v></c></row><row/><row><c/><c t="e"><v>#N/A</v></c></row></sheetData>')
    assert scan.valued_rows == 2
    assert scan.errors == {(3, 2): "#N/A"}


@pytest.mark.parametrize("at", ["A101", "K1", "XFD1048576"])
def test_a_value_beyond_the_limits_is_refused_and_an_empty_cell_there_is_not(at):
    row = at.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    data = f'<sheetData><row r="{row}"><c r="{at}" s="1"/>%s</row></sheetData>'
    assert _scan(data % '<c r="A1"><v>1</v></c>').valued_rows == 1
    with pytest.raises(Refused, match=at):
        _scan(data.replace(f'<c r="{at}" s="1"/>%s', f'<c r="{at}"><v>1</v></c>') + "")


@pytest.mark.parametrize("cell", ["<c><f>1</f></c>", '<c t="e"><v>#N/A</v></c>'])
def test_more_odd_cells_than_one_file_may_hold_are_refused(cell):
    sheet = [f"<sheetData><row>{cell * 3}</row></sheetData>".encode()]
    limits = Limits(*ROWS_AND_COLUMNS, odd_cells=6)
    for _ in range(2):  # two sheets of one file
        scan = scan_xlsx_sheet(iter(sheet), limits, frozenset())
        assert len(scan.errors) + len(scan.unevaluated) == 3
    with pytest.raises(Refused, match="quá nhiều ô") as refused:
        scan_xlsx_sheet(iter(sheet), limits, frozenset())
    assert refused.value.code == "out_of_limits"


def test_hidden_columns_are_known():
    assert _scan('<cols><col min="2" max="3" hidden="1"/><col min="4" max="4"/></cols>').hidden_columns == {2, 3}
    assert _scan('<cols><col min="9" max="16384" hidden="1"/></cols>').hidden_columns == {9, 10}


def test_blank_shared_strings_are_found_by_their_index():
    table = b"<sst><si><t>a</t></si><si/><si><t> </t></si><si><t></t></si><si><r><t>b</t></r></si></sst>"
    assert blank_strings([table]) == {1, 2, 3}
    assert blank_strings([table[at : at + 1] for at in range(len(table))]) == {1, 2, 3}


def test_columns_have_letters():
    assert [column_letters(number) for number in (1, 26, 27, 702, 703, 16384)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]


WIDE = ' table:number-columns-repeated="11">'
TEXT = "<table:table-cell><text:p>x</text:p></table:table-cell>"


def test_repeated_rows_and_cells_of_a_spreadsheet_are_counted_and_not_made():
    assert _ods(f'<table:table-row table:number-rows-repeated="3">{TEXT}</table:table-row>').valued_rows == 3
    empty = '<table:table-row table:number-rows-repeated="1048576"><table:table-cell/></table:table-row>'
    assert _ods(empty).valued_rows == 0
    for bomb in (
        f'<table:table-row table:number-rows-repeated="101">{TEXT}</table:table-row>',
        f"<table:table-row>{TEXT.replace('>', WIDE, 1)}</table:table-row>",
        empty + f"<table:table-row>{TEXT}</table:table-row>",
    ):
        with pytest.raises(Refused):
            _ods(bomb)


def test_hidden_rows_and_columns_of_a_spreadsheet_are_known():
    scan = _ods(
        '<table:table-column/><table:table-column table:visibility="collapse" table:number-columns-repeated="2"/>'
        f'<table:table-row>{TEXT}</table:table-row><table:table-row table:visibility="filter">{TEXT}</table:table-row>'
    )
    assert scan.hidden_rows == {2}
    assert scan.hidden_columns == {2, 3}


def test_a_comment_makes_no_value():
    note = "<office:annotation><text:p>note</text:p></office:annotation>"
    row = f"<table:table-row><table:table-cell>{note}%s</table:table-cell></table:table-row>"
    assert _ods(row % "").valued_rows == 0
    assert _ods(row % "<text:p>x</text:p>").valued_rows == 1
