"""Errors of a roster file that the officer can settle for all their rows at once, and what the settlement is."""

DROP_PHONE = "Bỏ trống số điện thoại sai, vẫn nhập các dòng này"

GROUP_FIXES = {
    "phone_invalid": DROP_PHONE,
    "phone_too_short": DROP_PHONE,
    "phone_too_long": DROP_PHONE,
    "duplicate_member": "Bỏ qua dòng trùng",
    "unknown_role": "Coi là Thành viên",
    "second_leader": "Coi người ghi sau là Thành viên",
    "leader_conflict": "Chuyển Tổ trưởng cũ thành Thành viên",
}
