"""A rehearsal says what would change, whole, and changes nothing."""

import pytest

from teams.enums import ImportState
from teams.keys import team_keys
from teams.models import Member, ResidentialUnit, Team
from tests.teams.imports.conftest import add_village, finding_codes, load, outcomes, rehearse, row
from tests.workbooks.builders import write
from tests.workbooks.rosters import build_blank_form, build_cat_hai, build_thanh_hoa, build_tran_lieu


def test_the_blank_form_has_nothing_to_import_and_its_samples_are_named(cat_hai, tmp_path):
    result = rehearse(build_blank_form(tmp_path / "mau.xlsx"), cat_hai)
    assert outcomes(result)["read"] == outcomes(result)["ignored"] > 0
    assert "dòng ví dụ của mẫu" in set(result.rows.values_list("reason", flat=True))


def test_cat_hai_reads_58_teams_and_386_members_without_errors(cat_hai, tmp_path):
    for number in range(1, 59):
        add_village(cat_hai, f"Thôn {number}")
    result = rehearse(build_cat_hai(tmp_path / "cat-hai.xlsx"), cat_hai)
    assert result.counts["teams"] == {"new": 58, "changed": 0, "same": 0}
    assert result.counts["members"] == {"new": 386, "changed": 0, "same": 0, "absent": 0}
    assert result.counts["total_row"] == {"stated": 386, "counted": 386}
    assert outcomes(result)["rejected"] == 0
    assert not Member.objects.exists() and not Team.objects.exists()


def test_every_row_read_is_accounted_for(cat_hai, tmp_path):
    result = rehearse(build_tran_lieu(tmp_path / "a.xlsx"), cat_hai)
    counts = outcomes(result)
    assert counts["read"] == sum(counts[name] for name in ("new", "changed", "same", "rejected", "ignored")) == 70


def test_rows_of_another_commune_are_refused_as_one_block(cat_hai, tran_lieu, tmp_path):
    result = rehearse(build_tran_lieu(tmp_path / "a.xlsx"), cat_hai, create_units=True)
    assert outcomes(result)["rejected"] == 70
    assert result.findings.filter(code="commune_foreign").count() == 1


def test_the_same_rows_go_in_for_their_own_commune(tran_lieu, tmp_path):
    result = rehearse(build_tran_lieu(tmp_path / "a.xlsx"), tran_lieu, create_units=True)
    assert outcomes(result)["new"] == 70


def test_the_shared_sheet_of_twelve_communes_reads_whole(hac_thanh, tmp_path, django_user_model):
    from django.core.management import call_command

    call_command("load_units", verbosity=0)
    result = rehearse(build_thanh_hoa(tmp_path / "a.xlsx"), hac_thanh, whole_province=True, create_units=True)
    assert result.counts["teams"]["new"] == 121
    assert outcomes(result)["rejected"] == 0
    communes = {plan["commune"] for plan in result.plan["teams"]}
    assert len(communes) == 12


def test_a_village_that_is_not_in_the_list_is_asked_about(villages, cat_hai, workbook):
    path = workbook([row("Lê Văn An", "Tổ trưởng", team="Thôn 3"), row("Vũ Thị Ba", "Tổ trưởng", team="Thôn 2")])
    result = rehearse(path, cat_hai)
    assert outcomes(result) == {"read": 2, "new": 1, "changed": 0, "same": 0, "rejected": 1, "ignored": 0}
    assert finding_codes(result) >= {"unknown_unit"}


@pytest.mark.parametrize(
    ("choice", "village"), [("create", "Thôn 3"), ("existing", "Thôn 10")], ids=["created", "mapped"]
)
def test_and_goes_in_when_somebody_says_what_it_is(choice, village, villages, cat_hai, workbook):
    path = workbook([row("Lê Văn An", "Tổ trưởng", team="Thôn 3")])
    chosen = villages[2].pk if choice == "existing" else "create"
    load(path, cat_hai, units={f"{cat_hai.pk}:thôn 3": chosen})
    team = Team.objects.get()
    assert team.coverages.get().unit.name == village
    assert ResidentialUnit.objects.count() == (4 if choice == "create" else 3)


def test_a_village_of_another_commune_cannot_be_chosen(villages, cat_hai, tran_lieu, workbook):
    foreign = add_village(tran_lieu, "Thôn 3")
    path = workbook([row("Lê Văn An", "Tổ trưởng", team="Thôn 3")])
    result = rehearse(path, cat_hai, units={f"{cat_hai.pk}:thôn 3": foreign.pk})
    assert outcomes(result)["rejected"] == 1


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Xã Cẩm Giàng", "Xã Cẩm Giàng"),
        ("xã cẩm giang", "Xã Cẩm Giang"),
        ("X. Cẩm Giàng", "Xã Cẩm Giàng"),
        ("Cẩm Giàng", "Xã Cẩm Giàng"),
        ("Xã Cam Giang", None),
        ("Phường Cẩm Giàng", None),
    ],
)
def test_communes_that_differ_by_a_tone_mark_are_told_apart(typed, meant, hai_phong, workbook):
    from tests.conftest import make_commune

    found = {name: make_commune(f"9{i}", name, "rural_commune", hai_phong) for i, name in enumerate(
        ["Xã Cẩm Giang", "Xã Cẩm Giàng"]
    )}  # fmt: skip
    path = workbook([row("Lê Văn An", "Tổ trưởng", commune=typed, team="Thôn 1")])
    result = rehearse(path, found["Xã Cẩm Giang"], whole_province=True, create_units=True)
    communes = [plan["commune"] for plan in result.plan["teams"]]
    assert communes == ([found[meant].pk] if meant else [])


def test_the_team_names_of_daily_use_find_the_village(villages, cat_hai, workbook):
    for name in ("Tổ CNSCĐ thôn 1", "Tổ công nghệ số cộng đồng Thôn 01", "THÔN 1"):
        result = rehearse(workbook([row("Lê Văn An", "Tổ trưởng", team=name)]), cat_hai)
        assert [plan["unit_id"] for plan in result.plan["teams"]] == [villages[0].pk], name


def test_a_squad_needs_no_village(cat_hai, workbook):
    result = rehearse(workbook([row("Lê Văn An", "Tổ trưởng", team="Đội hỗ trợ phản ứng nhanh")]), cat_hai)
    assert [plan["kind"] for plan in result.plan["teams"]] == ["rapid_response"]
    assert outcomes(result)["new"] == 1


def test_a_squad_of_any_name_is_known_by_its_name(cat_hai, workbook):
    Team.objects.create(
        province=cat_hai.province, commune=cat_hai, kind="rapid_response", name="Đội 1", **team_keys("Đội 1")
    )
    result = rehearse(workbook([row("Lê Văn An", "Tổ trưởng", team="Đội 1")]), cat_hai)
    assert [(plan["status"], plan["new_unit"]) for plan in result.plan["teams"]] == [("changed", "")]


def test_a_refused_file_keeps_its_reason_and_nothing_else(cat_hai, tmp_path):
    path = tmp_path / "anh.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    result = rehearse(path, cat_hai)
    assert result.state == ImportState.REFUSED
    assert result.refusal and not result.rows.exists()


def test_an_invalid_phone_keeps_its_row_out(villages, cat_hai, workbook):
    result = rehearse(workbook([row("Lê Văn An", "Tổ trưởng", "12345", team="Thôn 1")]), cat_hai)
    assert outcomes(result)["rejected"] == 1


def test_until_the_group_is_told_to_go_in_without_phones(villages, cat_hai, workbook):
    path = workbook([row("Lê Văn An", "Tổ trưởng", "12345", team="Thôn 1")])
    load(path, cat_hai, fixes=["phone_too_short"])
    assert Member.objects.get().phone == ""


def test_a_second_leader_is_refused_and_a_group_fix_makes_them_a_member(villages, cat_hai, workbook):
    path = workbook([row("Lê Văn An", "Tổ trưởng", team="Thôn 1"), row("Vũ Thị Ba", "Tổ trưởng", team="Thôn 1")])
    assert outcomes(rehearse(path, cat_hai))["rejected"] == 1
    load(path, cat_hai, fixes=["second_leader"])
    assert sorted(Member.objects.values_list("role", flat=True)) == ["leader", "member"]


def test_a_doubled_row_is_refused_and_a_group_fix_leaves_it_out(villages, cat_hai, workbook):
    path = workbook([row("Lê Văn An", "Tổ trưởng", team="Thôn 1"), row("Lê Văn An", "Thành viên", team="Thôn 1")])
    assert outcomes(rehearse(path, cat_hai))["rejected"] == 1
    assert outcomes(rehearse(path, cat_hai, fixes=["duplicate_member"]))["ignored"] == 1


def test_hostile_text_stays_text(villages, cat_hai, tmp_path, workbook):
    names = ["O'Neil", "<b>Lê An</b>", "{{7*7}}", "Y Brơih Niê", "Lê\\tVăn An", "=1+1"]
    rows = [row(name, "Thành viên", team="Thôn 1", note=f"ghi chú {name}") for name in names]
    load(workbook(rows), cat_hai)
    assert set(Member.objects.values_list("full_name", flat=True)) >= {"O'Neil", "<b>Lê An</b>", "Lê\\tVăn An"}


def test_the_number_of_queries_does_not_grow_with_the_file(cat_hai, tmp_path, django_assert_max_num_queries):
    for number in range(1, 59):
        add_village(cat_hai, f"Thôn {number}")
    path = build_cat_hai(tmp_path / "cat-hai.xlsx")
    with django_assert_max_num_queries(24):
        rehearse(path, cat_hai)


def test_an_empty_sheet_is_refused(cat_hai, tmp_path):
    result = rehearse(write(tmp_path / "rong.xlsx", []), cat_hai)
    assert result.state == ImportState.REFUSED
