"""The place that somebody wishes to learn at, as communes type it."""

import pytest

from training.planning.places import Gazetteer, Hall

NAMES = {"1": "Đặc khu Cát Hải", "2": "Phường Hồng Bàng", "3": "Xã Cẩm Giang", "4": "Xã Cẩm Giàng"}
HALLS = [
    Hall(10, "Hội trường UBND", "1"),
    Hall(11, "Nhà văn hóa Thị trấn", "1"),
    Hall(20, "Hội trường UBND", "2"),
    Hall(30, "Trung tâm chính trị", "3"),
]
LEARNS_AT = {"1": "1", "2": "2", "3": "3", "4": "2"}


@pytest.mark.parametrize(
    ("place", "home", "rooms"),
    [
        ("", "1", set()),
        ("Hội trường UBND", "1", {10}),
        ("hoi truong ubnd", "2", {20}),
        ("tại Hội trường UBND phường Hồng Bàng", "1", {20}),
        ("Hội trường UBND", "3", set()),  # which one?
        ("Trung tâm chính trị", "1", {30}),  # there is one only
        ("Cát Hải", "2", {10, 11}),
        ("Nhà văn hóa thị trấn, Cát Hải", "2", {11}),
        ("Xã Cẩm Giàng", "4", {20}),  # it has no hall: where its people learn
        ("xã Cẩm Giang", "1", {30}),
        ("Trung tâm huyện", "1", set()),
        ("Hội trường UBNDX", "1", set()),
    ],
)
def test_what_a_place_means(place, home, rooms):
    assert Gazetteer(HALLS, NAMES, LEARNS_AT).rooms(place, home) == rooms
