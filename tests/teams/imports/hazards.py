"""What people really upload, and what becomes of it: each case with the tests that prove it.

This is the index, written by hand; test_every_hazard.py sees to it that the tests are there and run. Where a test has
cases of its own, the one meant stands in brackets: one of its values, or the id of one.
"""

IMPORTS, WORKBOOKS, INTAKE = "tests/teams/imports", "tests/workbooks", "tests/teams/intake"
REFUSED = f"{IMPORTS}/test_every_workbook.py::test_a_refused_file_says_why_and_stores_nothing"
OWN_SENTENCE = f"{IMPORTS}/test_every_workbook.py::test_each_kind_of_refusal_has_a_sentence_of_its_own"
AT_ONCE = f"{IMPORTS}/test_every_workbook.py::test_a_bomb_costs_less_than_a_second"
STORED = f"{IMPORTS}/test_every_workbook.py::test_what_says_the_same_as_the_plain_list_is_stored_as_it"
BY_CELL = f"{IMPORTS}/test_every_workbook.py::test_an_error_keeps_its_row_out_and_a_warning_does_not"
FILE_NAME = f"{IMPORTS}/test_uploads.py::test_any_file_name_is_accepted_to_show_and_never_used_as_a_path"
NOTHING_FETCHED = f"{IMPORTS}/test_uploads.py::test_links_pictures_and_comments_are_passed_over_and_nothing_is_fetched"
MEANS = f"{INTAKE}/test_headings.py::test_a_heading_means"
CELLS = f"{IMPORTS}/test_cells.py"
PHONE = f"{CELLS}::test_a_phone_in_any_writing_is_stored_in_one"
DAY = f"{CELLS}::test_so_it_is_where_the_day_has_a_cell_of_its_own"
WHOLE_DECISION = f"{CELLS}::test_the_day_of_a_decision_in_any_writing_is_one_day"
FORMULA = f"{CELLS}::test_a_formula_never_calculated_and_a_broken_one_keep_their_rows_out_and_no_other"
AS_ABOVE = f"{CELLS}::test_what_is_as_above_is_taken_from_above"
SAME_NAME = f"{CELLS}::test_a_name_in_another_writing_is_the_same_person"
NAME = f"{CELLS}::test_a_name_is_stored_as_it_is_written"
TOLD = f"{IMPORTS}/test_told.py"
APPLY = f"{IMPORTS}/test_apply.py"
REHEARSAL = f"{IMPORTS}/test_rehearsal.py"
VIEWS = f"{IMPORTS}/test_views.py"
MEANWHILE = f"{IMPORTS}/test_meanwhile.py"
EXPORTS = "tests/teams/test_exports.py"
UNDO = f"{IMPORTS}/test_undo.py"
LOST_DATABASE = f"{MEANWHILE}::test_a_job_that_loses_postgresql_leaves_nothing_and_is_done_the_second_time"
WITHOUT_REDIS = f"{IMPORTS}/test_worker.py::test_without_redis_files_are_taken_at_once_and_written_when_it_is_back"
OLD_PAGE = f"{MEANWHILE}::test_the_buttons_of_an_old_page_do_nothing_once_it_is_written"

# group: [(case, what becomes of it, *tests)]
HAZARDS = {
    "container": [
        ("an old .xls called .xlsx", "refused in its own words", f"{REFUSED}[.xls renamed .xlsx]", OWN_SENTENCE),
        ("password-protected .xlsx", "refused in its own words", f"{REFUSED}[password-protected]", OWN_SENTENCE),
        ("password-protected .xls", "refused in its own words", f"{REFUSED}[.xls with a password]"),
        ("password-protected .ods", "refused in its own words", f"{REFUSED}[.ods with a password]"),
        (".xlsb by another name", "refused in its own words", f"{REFUSED}[.xlsb by another name]", OWN_SENTENCE),
        (".ods by another name", "refused in its own words", f"{REFUSED}[.ods by another name]", OWN_SENTENCE),
        (".csv by another name", "refused in its own words", f"{REFUSED}[.csv by another name]", OWN_SENTENCE),
        (".docx by another name", "refused in its own words", f"{REFUSED}[.docx by another name]", OWN_SENTENCE),
        (
            "a file of no bytes",
            "refused in its own words, in the form and behind it",
            f"{REFUSED}[0 bytes]",
            f"{IMPORTS}/test_uploads.py::test_an_empty_file_is_refused_with_its_own_words",
        ),
        ("cut off halfway", "refused in its own words", f"{REFUSED}[cut in the middle]", OWN_SENTENCE),
        (".xls cut off halfway", "refused in its own words", f"{REFUSED}[.xls cut in the middle]"),
        (
            "one byte changed",
            "refused in its own words; of many such files none says anything else than before",
            f"{REFUSED}[one flipped byte]",
            f"{WORKBOOKS}/test_mutations.py::test_flipped_bytes_are_refused_or_change_nothing",
            f"{WORKBOOKS}/test_mutations.py::test_ten_thousand_flipped_copies",
        ),
        (
            ".xlsm",
            "its cells are read; its macros are neither run nor handed on",
            f"{STORED}[.xlsm: macros dropped]",
            f"{IMPORTS}/test_uploads.py::test_macros_are_neither_run_nor_handed_on",
        ),
        ("zip bomb", "refused within a second", f"{REFUSED}[zip bomb]", f"{AT_ONCE}[zip bomb]"),
        ("zip bomb that lies", "refused within a second", f"{AT_ONCE}[zip bomb that lies]"),
        ("entity bomb", "refused within a second", f"{REFUSED}[entity bomb]", f"{AT_ONCE}[entity bomb]"),
        ("external entity", "refused within a second", f"{REFUSED}[XXE]", f"{AT_ONCE}[XXE]"),
        ("sixteen thousand formatted rows", "accepted, none is a row", f"{STORED}[16,000 formatted empty rows]"),
        ("a sheet formatted to its end", "accepted, none is a row", f"{STORED}[1,048,576 formatted empty rows]"),
        ("links to other workbooks", "passed over, nothing fetched", NOTHING_FETCHED),
        ("pictures", "passed over, nothing fetched", NOTHING_FETCHED),
        ("comments", "passed over", NOTHING_FETCHED, f"{STORED}[external links, images, comments]"),
        (
            "dates counted from 1904",
            "the right day is stored",
            f"{CELLS}::test_the_days_of_a_workbook_from_a_mac_are_right",
            f"{STORED}[1904 dates]",
        ),
        ("a Vietnamese file name", "accepted, kept under our name", f"{FILE_NAME}[Vietnamese]"),
        ("quotes in the file name", "accepted, kept under our name", f"{FILE_NAME}[quotes]"),
        ("markup in the file name", "accepted, kept under our name", f"{FILE_NAME}[<script>]"),
        ("a path for a file name", "accepted, kept under our name", f"{FILE_NAME}[../]"),
        ("300 characters of file name", "accepted, kept under our name", f"{FILE_NAME}[300 characters]"),
        (
            "40 MB of photos",
            "refused by its size, the limit is named",
            f"{IMPORTS}/test_uploads.py::test_forty_megabytes_of_photos_are_refused_naming_the_limit",
            f"{REFUSED}[too large with photos]",
        ),
    ],
    "layout": [
        ("lines above the heading", "read", f"{STORED}[title and office lines above the header]"),
        ("heading of two lines", "read", f"{STORED}[two-line header without merges]"),
        ("merged heading", "read", f"{STORED}[two-line merged header]"),
        ("line breaks in headings", "read", f"{STORED}[line breaks inside headings]"),
        ("“Phường/Xã”", "known", f"{STORED}[Phường/Xã, SĐT, Chức danh]", f"{MEANS}[Phường/Xã]"),
        ("“SĐT”", "known", f"{STORED}[Phường/Xã, SĐT, Chức danh]", f"{MEANS}[SĐT]"),
        ("“Điện thoại”", "known", f"{STORED}[Xã, phường; Điện thoại; STT]"),
        ("“Chức danh”", "known", f"{STORED}[Phường/Xã, SĐT, Chức danh]", f"{MEANS}[Chức danh]"),
        ("capitals", "known", f"{STORED}[capitals and trailing colon]"),
        ("a colon behind the heading", "known", f"{STORED}[capitals and trailing colon]"),
        ("letters that only look like ours", "known", f"{STORED}[lookalike letters]"),
        ("decomposed letters in headings", "known", f"{STORED}[NFD headings]"),
        ("columns in another order", "read", f"{STORED}[columns in another order]"),
        (
            "columns we do not know",
            "read without them; they are named as not used",
            f"{STORED}[extra columns]",
            f"{TOLD}::test_columns_that_are_not_used_are_named",
        ),
        ("no column for names", "refused", f"{REFUSED}[the name column missing]"),
        ("no column for teams", "refused", f"{REFUSED}[the team column missing]"),
        ("two columns for names", "refused", f"{REFUSED}[the name column twice]"),
        ("two columns for teams", "refused", f"{REFUSED}[the team column twice]"),
        ("merged commune", "holds for its rows", f"{STORED}[merged commune, team, decision]"),
        ("merged team", "holds for its rows", f"{STORED}[merged commune, team, decision]"),
        (
            "merged decision",
            "holds for its rows, also over several teams",
            f"{STORED}[merged commune, team, decision]",
            f"{STORED}[a decision merged over two teams]",
        ),
        ("blank below the first", "holds until the next", f"{STORED}[blank below the first]"),
        (
            "VD rows",
            "left out, told with reason and number",
            f"{STORED}[VD rows]",
            f"{TOLD}::test_rows_left_out_are_told_with_their_reason_and_number",
        ),
        ("the form's own sample person", "left out", f"{STORED}[Nguyễn Văn A with a masked phone]"),
        ("“Tổ ….”", "left out", f"{STORED}[Tổ …. and Thôn…]"),
        (
            "TỔNG",
            "left out; its number is held against what was counted",
            f"{STORED}[TỔNG with the right number]",
            f"{STORED}[TỔNG with another number]",
            f"{TOLD}::test_the_total_is_held_against_what_was_counted[differs]",
        ),
        ("sub-totals", "left out, compared", f"{STORED}[sub-totals]", f"{STORED}[a sub-total that differs]"),
        (
            "the heading on every page",
            "left out, also in two lines or other words",
            f"{STORED}[header repeated on each page]",
            f"{STORED}[header of two lines repeated on each page]",
            f"{STORED}[header repeated in other words]",
        ),
        ("the list is not on the first sheet shown", "found", f"{STORED}[the data not on the active sheet]"),
        (
            "hidden rows",
            "read, with a warning",
            f"{STORED}[hidden rows and columns]",
            f"{TOLD}::test_hidden_rows_are_read_and_told_by_their_cell",
            f"{INTAKE}/test_scans_xls.py::test_they_are_told_to_the_officer",
        ),
        (
            "rows of other communes",
            "refused as one block; logged without any name",
            f"{REHEARSAL}::test_rows_of_another_commune_are_refused_as_one_block",
            f"{TOLD}::test_rows_of_another_commune_are_refused_as_a_block_told_and_logged",
        ),
        ("an empty sheet", "refused", f"{REFUSED}[an empty sheet]"),
        ("a table on its side", "refused", f"{REFUSED}[a transposed table]"),
    ],
    "cells": [
        ("phone as an integer", "mended and told", f"{PHONE}[integer]", f"{BY_CELL}[a phone as an integer]"),
        ("phone as a float", "mended and told", f"{PHONE}[float]", f"{BY_CELL}[a phone as a float]"),
        ("phone with +84", "mended and told", f"{PHONE}[+84]", f"{BY_CELL}[+84]"),
        ("phone with dots", "read", f"{PHONE}[dotted]", f"{BY_CELL}[dotted]"),
        ("two phones in a cell", "both kept, told", f"{PHONE}[two in one cell]", f"{BY_CELL}[two phones in one cell]"),
        ("letter O in a phone", "mended and told", f"{PHONE}[letter O for 0]", f"{BY_CELL}[letter O for 0]"),
        (
            "masked phone",
            "none, told; the stored one stays",
            f"{PHONE}[masked]",
            f"{BY_CELL}[masked]",
            f"{APPLY}::test_one_cell_changed_is_that_member_changed[masked keeps]",
        ),
        ("old phone of 11 digits", "mended, told", f"{PHONE}[old 11-digit]", f"{BY_CELL}[an old 11-digit phone]"),
        (
            "one phone, two members",
            "both go in, with a warning",
            f"{CELLS}::test_two_members_with_one_phone_go_in_and_are_told",
            f"{BY_CELL}[the same phone for two members]",
        ),
        (
            "decision's day as a date",
            "that day",
            f"{DAY}[real date]",
            f"{BY_CELL}[a decision that is only a real date]",
        ),
        ("decision's day as a serial", "that day", f"{DAY}[serial]", f"{BY_CELL}[a decision that is only a serial]"),
        ("decision's day with dots", "that day", f"{DAY}[dotted]", f"{WHOLE_DECISION}[dotted]"),
        ("decision's day in words", "that day", f"{DAY}[in words]", f"{WHOLE_DECISION}[in words]"),
        (
            "decision without a day",
            "kept without one, with a warning",
            f"{CELLS}::test_a_decision_without_a_day_stands_without_one",
        ),
        ("“chưa có”", "none, with a warning", f"{CELLS}::test_a_decision_still_to_come_is_none"),
        ("formula with its value", "the value counts", f"{STORED}[formulas with kept values]"),
        ("formula without its value", "row error", FORMULA),
        ("#REF!", "row error", FORMULA, f"{BY_CELL}[#REF! typed as the name]"),
        ("TT with gaps", "read", f"{STORED}[TT with gaps]"),
        (
            "TRUE in a cell",
            "row error",
            f"{CELLS}::test_a_true_is_no_name_and_no_phone",
            f"{BY_CELL}[TRUE as the name]",
            f"{BY_CELL}[a boolean as the phone]",
        ),
        (
            "“nt”",
            "as above, but never a leader or a phone; row error for a name",
            f"{AS_ABOVE}[nt]",
            f"{PHONE}[same as above]",
            f"{BY_CELL}[nt in the role cell below the leader]",
            f"{BY_CELL}[nt in the name cell]",
        ),
        ("“như trên”", "the same", f"{AS_ABOVE}[như trên]", f"{BY_CELL}[như trên in the name cell]"),
        ("〃", "the same", f"{AS_ABOVE}[〃]", f"{BY_CELL}[〃 in the name cell]"),
        (
            "a quote for 〃 in text",
            "the same; no row is lost in it",
            f"{CELLS}::test_a_quote_alone_in_text_is_as_above_and_swallows_no_row",
        ),
    ],
    "text": [
        ("decomposed letters", "read as composed", f"{SAME_NAME}[NFD]", f"{STORED}[NFD]"),
        ("tone mark in either place", "one person", f"{SAME_NAME}[tone placement]", f"{BY_CELL}[both tone placements]"),
        ("ð for đ", "one person", f"{SAME_NAME}[ð for đ]", f"{BY_CELL}[ð for đ]"),
        ("no-break space", "a space", f"{SAME_NAME}[NBSP]", f"{STORED}[NBSP and zero-width]"),
        ("zero-width characters", "dropped", f"{SAME_NAME}[zero-width]", f"{STORED}[NBSP and zero-width]"),
        ("O'Neil", "a name like others", f"{NAME}[O'Neil]", f"{BY_CELL}[O'Neil]"),
        (
            "<b>",
            "text, escaped on every page",
            f"{NAME}[<b>Lê An</b>]",
            f"{TOLD}::test_markup_in_cells_is_shown_and_never_part_of_the_page",
        ),
        (
            "{{7*7}}",
            "row error in a name, text in a note, never run",
            f"{CELLS}::test_a_name_with_digits_is_an_error_of_its_cell_and_runs_nowhere",
            f"{TOLD}::test_a_template_in_a_note_is_text",
        ),
        ("names of ethnic minorities", "names like others", f"{NAME}[H'Hen Niê]", f"{NAME}[Y Brơih Niê]"),
        ("ALL CAPS", "kept as typed, the same person", f"{NAME}[LÊ VĂN AN]", f"{SAME_NAME}[ALL CAPS]"),
    ],
    "meaning": [
        ("a team in two blocks", "one team, told", f"{TOLD}::test_a_team_in_two_blocks_is_one_team"),
        (
            "a member twice",
            "row error, or left out by choice",
            f"{REHEARSAL}::test_a_doubled_row_is_refused_and_a_group_fix_leaves_it_out",
            f"{BY_CELL}[the same member twice]",
        ),
        (
            "namesakes with other phones",
            "two people, told",
            f"{TOLD}::test_namesakes_with_phones_of_their_own_are_two_people_also_the_second_time",
        ),
        ("one person in two teams", "both, told", f"{TOLD}::test_one_person_in_two_teams_goes_into_both_and_is_told"),
        (
            "two leaders",
            "row error, or a member by choice",
            f"{REHEARSAL}::test_a_second_leader_is_refused_and_a_group_fix_makes_them_a_member",
            f"{BY_CELL}[two leaders]",
        ),
        ("no leader", "goes in, told", f"{TOLD}::test_a_team_without_a_leader_goes_in_and_is_told"),
        (
            "a role we do not know",
            "row error, or a member by choice",
            f"{TOLD}::test_an_unknown_role_is_refused_and_a_group_fix_makes_it_a_member",
        ),
        (
            "fewer members than stored",
            "asked; who is not chosen stays",
            f"{TOLD}::test_who_is_stored_and_not_in_the_file_is_asked_about",
            f"{APPLY}::test_absent_members_stay_unless_somebody_says_they_leave",
        ),
        (
            "the same file again",
            "no change, no history",
            f"{APPLY}::test_the_identical_file_again_changes_nothing_and_leaves_no_history",
        ),
        (
            "three phones corrected",
            "three changes, shown old and new",
            f"{APPLY}::test_three_corrected_phones_are_exactly_three_changes",
            f"{TOLD}::test_a_changed_phone_is_shown_old_and_new",
        ),
        ("another order of rows", "no change, no history", f"{TOLD}::test_another_order_of_rows_leaves_no_history"),
        (
            "our own export brought back",
            "what was edited changes, nothing else",
            f"{EXPORTS}::test_an_export_brought_back_changes_nothing",
            f"{EXPORTS}::test_three_phones_corrected_are_three_changes",
            f"{EXPORTS}::test_rows_sorted_by_name_are_no_change",
            f"{EXPORTS}::test_an_inserted_row_is_one_new_member",
            f"{EXPORTS}::test_a_masked_export_brought_back_erases_no_phone",
        ),
        (
            "a new decision for partly the same people",
            "the team is renewed; who stays, stays",
            f"{APPLY}::test_a_later_decision_consolidates_the_teams_with_partly_the_same_people",
        ),
        (
            "a link in Ghi chú",
            "kept; only http and https can be clicked",
            f"{TOLD}::test_of_links_in_notes_only_those_of_the_web_can_be_clicked",
            "tests/test_filters.py::test_nothing_else_can[javascript:alert(1)]",
        ),
    ],
    "process": [
        (
            "two uploads for one commune",
            "one is written, the other shown anew",
            f"{MEANWHILE}::test_of_two_imports_applied_at_once_one_is_written_whole_and_the_other_is_told",
            f"{MEANWHILE}::test_without_the_lock_both_would_go_on_to_write",
            f"{VIEWS}::test_two_uploads_at_once_for_one_commune_are_written_one_after_the_other",
        ),
        (
            "an edit before the confirmation",
            "kept; a new preview is shown",
            f"{MEANWHILE}::test_an_edit_in_the_browser_before_the_confirmation_is_kept_and_shown",
            f"{APPLY}::test_an_edit_between_preview_and_confirm_stops_the_apply",
        ),
        (
            "double click",
            "written once",
            "tests/browser/test_import_twice.py::test_a_double_click_and_f5_write_once",
            f"{VIEWS}::test_a_double_click_on_confirm_asks_once_and_writes_once",
            f"{MEANWHILE}::test_a_file_sent_twice_is_written_once",
        ),
        (
            "F5",
            "nothing happens again",
            "tests/browser/test_import_twice.py::test_a_double_click_and_f5_write_once",
            f"{MEANWHILE}::test_the_page_shown_after_each_step_can_be_loaded_again_and_does_nothing",
        ),
        (
            "the way back",
            "an old page's buttons do nothing and say so",
            "tests/browser/test_import_twice.py::test_the_way_back_and_an_old_tab_write_nothing_more",
            f"{OLD_PAGE}[import_cancel]",
        ),
        (
            "session gone",
            "nothing is written; login leads back to the preview",
            f"{MEANWHILE}::test_a_session_gone_before_the_confirmation_leads_back_to_the_preview",
        ),
        (
            "rights gone",
            "nothing is written, before and after the confirmation",
            f"{MEANWHILE}::test_rights_gone_before_the_confirmation_leave_nothing_to_confirm",
            f"{VIEWS}::test_rights_that_are_gone_between_preview_and_confirm_stop_the_apply",
        ),
        (
            "worker killed while reading",
            "read by the next",
            f"{IMPORTS}/test_worker.py::test_a_worker_killed_while_it_reads_is_followed_by_one_that_reads_the_file",
        ),
        (
            "worker killed while applying",
            "nothing or all, once",
            f"{IMPORTS}/test_worker.py::"
            "test_a_worker_killed_while_it_writes_has_written_nothing_and_the_next_writes_once",
            f"{IMPORTS}/test_broken_off.py::test_an_apply_is_whole_or_nothing_at_every_statement",
        ),
        ("Redis down, or hung", "taken at once, done when it is back", WITHOUT_REDIS),
        (
            "PostgreSQL down",
            "told, nothing stored; done when it is back",
            f"{MEANWHILE}::test_an_upload_while_postgresql_is_away_is_told_stores_nothing_and_goes_through_later",
            f"{MEANWHILE}::test_a_file_whose_row_cannot_be_written_does_not_stay_on_the_disk",
            f"{LOST_DATABASE}[reading]",
            f"{LOST_DATABASE}[applying]",
        ),
        (
            "disk full",
            "told, nothing stored; a reading can be tried again",
            f"{IMPORTS}/test_uploads.py::test_a_full_disk_is_told_and_nothing_is_stored",
            f"{MEANWHILE}::test_a_full_disk_while_the_file_is_read_is_told_and_can_be_tried_again",
        ),
        (
            "the wrong file confirmed",
            "undone: each row reversed, kept or failed with its reason",
            f"{VIEWS}::test_the_wrong_file_confirmed_is_undone_from_the_page",
            f"{UNDO}::test_each_row_that_is_not_reversed_is_named_with_its_reason",
            f"{UNDO}::test_a_former_leader_whose_place_was_kept_is_a_failure_and_not_an_edit",
            f"{IMPORTS}/test_broken_off.py::test_so_is_an_undo",
        ),
    ],
}
