"""What stands in cells: each oddity of content, the rows that hold it, and what is told about which cell.

The first person stands in row 3: team in C, decision in D, name in E, role in F, phone in G.
"""

import datetime as dt
from typing import NamedTuple

from tests.workbooks.builders import DECISION, Grid, follower, person


class Case(NamedTuple):
    rows: Grid
    told: set[tuple[str, str, str]]


def _phone(written: object, *codes: str, severity: str = "warning") -> Case:
    return Case([person(phone=written)], {("G3", severity, code) for code in codes})


def _decision(written: object, *codes: str) -> Case:
    return Case([person(decision=written)], {("D3", "warning", f"decision_{code}") for code in codes})


def _name(written: str, *codes: str) -> Case:
    return Case([person(written)], {("E3", "error", code) for code in codes})


def _role(written: object, *told: tuple[str, str, str]) -> Case:
    return Case([person(), follower(role=written)], set(told))


NEXT_TEAM = {"tt": 2, "commune": None, "team": "Thôn 2"}

CASES = {
    # phones
    "a phone as an integer": _phone(912345601, "phone_lost_zero"),
    "a phone as a float": _phone(912345601.0, "phone_lost_zero"),
    "+84": _phone("+84 912 345 601", "phone_country_code"),
    "dotted": _phone("0912.345.601"),
    "two phones in one cell": _phone("0912345601 / 0912345699", "phone_two_numbers"),
    "letter O for 0": _phone("O912345601", "phone_letter_o"),
    "masked": _phone("0912345***", "phone_masked"),
    "an old 11-digit phone": _phone("01682345601", "phone_old_prefix"),
    "a phone one digit short": _phone("091234560", "phone_too_short", severity="error"),
    "words in the phone cell": _phone("hỏi anh Nam", "phone_invalid", severity="error"),
    "no phone": _phone(None),
    "nt in the phone cell": Case([person(), follower(phone="nt")], {("G4", "warning", "phone_same_as_above")}),
    "như trên in the phone cell": _phone("Như trên", "phone_same_as_above"),
    "a masked phone of a person with a one-letter name": Case(
        [person(), follower("Nguyễn Thị Y", phone="0912345***")], {("G4", "warning", "phone_masked")}
    ),
    "a masked phone in groups of a person called like a sample": Case(
        [person("Nguyễn Văn A", phone="0912 345 ***")], {("G3", "warning", "phone_masked")}
    ),
    "the same phone for two members": Case(
        [person(), follower(phone="0912345601")], {("G4", "warning", "phone_shared")}
    ),
    # decisions
    "a decision date in dots": _decision("01/QĐ-UBND ngày 10.07.2025"),
    "a decision date in words": _decision("01/QĐ-UBND ngày 10 tháng 7 năm 2025"),
    "a decision that is only a real date": _decision(dt.date(2025, 7, 10), "no_number", "no_symbol"),
    "a decision that is only a serial": _decision(45848, "no_number", "no_symbol"),
    "a decision without a date": _decision("01/QĐ-UBND", "no_date"),
    "chưa có": _decision("chưa có", "placeholder"),
    "no decision": _decision(None, "empty"),
    "a decision without a symbol": _decision("Quyết định số 1907 ngày 31/10/2025", "no_symbol"),
    "a decision with a two-digit year": _decision("45/QĐ-UBND ngày 5.8.25", "two_digit_year"),
    # cells
    "#REF! typed as the name": _name("#REF!", "broken_cell"),
    "TRUE as the name": Case([person(True)], {("E3", "error", "broken_cell")}),
    "a boolean as the phone": _phone(True, "phone_invalid", severity="error"),
    # text
    "both tone placements": Case(
        [person("Lê Thị Hoà"), follower("Lê Thị Hòa", phone="0912345601")], {("E4", "error", "duplicate_member")}
    ),
    "ð for đ": Case(
        [person("Vũ Ðức Dũng"), follower("Vũ Đức Dũng", phone="0912345601")], {("E4", "error", "duplicate_member")}
    ),
    "O'Neil": _name("Nguyễn O'Neil"),
    "<b>": _name("<b>Lê Văn An</b>"),
    "{{7*7}}": _name("Lê {{7*7}}", "name_with_digits"),
    "a name of an ethnic minority": _name("H'Hen Niê"),
    "a name of one word": _name("Lường"),
    "ALL CAPS": _name("LÊ VĂN AN"),
    "a family name like TỔNG": _name("Tống Văn Cộng"),
    "a name of a hundred and one letters": _name("A" * 101, "name_too_long"),
    "a phone in the name cell": _name("0912345601", "name_is_phone"),
    "a year of birth in the name cell": _name("Lê Văn An 1985", "name_with_digits"),
    "nt in the name cell": Case([person(), follower("nt")], {("E4", "error", "name_unclear")}),
    "như trên in the name cell": Case([person(), follower("Như trên")], {("E4", "error", "name_unclear")}),
    "〃 in the name cell": Case([person(), follower("〃")], {("E4", "error", "name_unclear")}),
    "a place nobody holds": Case([person(), follower("(Khuyết)", "Tổ phó", None)], {("E4", "error", "name_unclear")}),
    "a name of dots": _name("…", "name_unclear"),
    "a name like an empty place": _name("Trọng"),
    "a name missing beside a role": Case([person(), follower(None)], {("E4", "error", "name_missing")}),
    # meaning
    "a short role": _role("TV"),
    "a role in capitals and NFD": _role("TỔ VIE\u0302N"),
    "no role": _role(None, ("F4", "warning", "role_missing")),
    "an unknown role": _role("Trưởng thôn", ("F4", "error", "unknown_role")),
    "the same team in two blocks": Case(
        [
            person(),
            person("Vũ Đức Dũng", phone="0912345602", **NEXT_TEAM),
            person("Trần Thị Bình", "Thành viên", "0912345603", tt=3, commune=None, team="Thôn 01"),
        ],
        {("C5", "warning", "team_in_two_blocks")},
    ),
    "the same member twice": Case(
        [person(), follower("Lê Văn An", phone="0912345601")], {("E4", "error", "duplicate_member")}
    ),
    "homonyms with other phones": Case([person(), follower("Lê Văn An")], {("E4", "warning", "same_name")}),
    "homonyms in different teams with other phones": Case([person(), person(phone="0912345602", **NEXT_TEAM)], set()),
    "one person in two teams": Case([person(), person(**NEXT_TEAM)], {("E4", "warning", "member_of_two_teams")}),
    "nt in the role cell below the leader": _role("nt", ("F4", "warning", "role_same_as_leader")),
    "nt in the role cell below a member": Case(
        [person(), follower(), follower("Phạm Minh Châu", "nt", "0912345603")], set()
    ),
    "a team name too long": Case([person(team="T" * 161)], {("C3", "error", "team_too_long")}),
    "a team name just short enough": Case([person(team="T" * 160)], set()),
    "a note too long": Case([person(note="x" * 501)], {("H3", "warning", "note_cut")}),
    "a note just short enough": Case([person(note="x" * 500)], set()),
    "a symbol too long": _decision(f"01/{'QĐ-' * 20}UBND ngày 10/7/2025", "no_number", "no_symbol", "odd"),
    "a long symbol": _decision("01/QĐ-UBND-VHXH-CNSCĐ ngày 10/7/2025"),
    "two leaders": Case([person(), follower(role="Tổ trưởng")], {("F4", "error", "second_leader")}),
    "no leader": Case([person(role="Tổ phó")], {("C3", "warning", "no_leader")}),
    "a team without members": Case([person(None, None, None)], {("C3", "warning", "no_leader")}),
    "people below a placeholder": Case(
        [person(), [None, None, "Tổ ….", *[None] * 5], follower()], {("C5", "error", "team_missing")}
    ),
    "a commune without a team name": Case([person(team=None)], {("C3", "error", "team_missing")}),
    "two decisions in one team": Case(
        [person(), [None, None, None, "02/QĐ-UBND ngày 11/7/2025", *follower()[4:]]],
        {("D4", "warning", "several_decisions")},
    ),
    "the same decision written in two ways": Case(
        [person(), [None, None, None, "1/qđ - ubnd ngày 10.7.2025", *follower()[4:]]], set()
    ),
    "the same village in two communes": Case(
        [person(), person("Vũ Đức Dũng", phone="0912345602", commune="Xã Bình Mình", decision=DECISION)], set()
    ),
}
