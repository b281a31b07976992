"""Needs become classes: never more people than seats, fair by commune, near to what was wished, always the same."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.enums import DayPart
from training.planning.parts import Cluster, Need, Plan, Reason, Room, Rules, Slot
from training.planning.planner import plan_classes
from training.planning.quality import quality
from training.planning.reasons import sentences
from training.planning.wishes import half_days

MONDAY = date(2026, 3, 2)
WEEK = tuple(half_days(MONDAY, MONDAY + timedelta(days=4), weekdays=range(5), parts=list(DayPart), days_off=()))
HALL, SMALL = Room(1, "Hội trường lớn", 40), Room(2, "Phòng họp", 15)


def cluster(*communes: str, rooms: tuple[Room, ...] = (HALL,), name: str = "Cụm A") -> Cluster:
    return Cluster(name, rooms, communes)


def needs(commune: str, count: int, start: int = 1, **more) -> list[Need]:
    return [Need(number, 1, commune, str(number), **more) for number in range(start, start + count)]


def seats_by_commune(plan: Plan) -> dict[str, int]:
    counts: Counter = Counter()
    for proposal in plan.proposals:
        for seat in proposal.seats:
            counts[seat.need.commune] += seat.people
    return dict(counts)


def told(plan: Plan) -> list[tuple[int, int, Reason]]:
    return [(need.id, people, reason) for need, people, reason in plan.unplaced]


# How many classes, and where ------------------------------------------------------------------------------------------


def test_a_group_gets_as_many_classes_as_its_people_fill():
    plan = plan_classes(needs("a", 95), [cluster("a")], Rules(WEEK))
    assert sorted(each.taken for each in plan.proposals) == [15, 40, 40]
    assert plan.unplaced == ()


def test_the_last_class_is_no_remnant():
    plan = plan_classes(needs("a", 43), [cluster("a")], Rules(WEEK))
    assert sorted(each.taken for each in plan.proposals) == [10, 33]


def test_the_last_class_goes_to_the_smallest_room_that_holds_it():
    plan = plan_classes(needs("a", 55), [cluster("a", rooms=(HALL, SMALL))], Rules(WEEK, at_once=2))
    assert [(each.room.name, each.taken) for each in plan.proposals] == [("Hội trường lớn", 40), ("Phòng họp", 15)]


def test_a_class_holds_no_more_than_the_department_wants():
    plan = plan_classes(needs("a", 40), [cluster("a")], Rules(WEEK, most=20))
    assert [(each.capacity, each.taken) for each in plan.proposals] == [(20, 20), (20, 20)]


def test_too_few_people_open_no_class_but_join_the_cluster_beside():
    places = [cluster("a"), cluster("b", rooms=(SMALL,), name="Cụm B")]
    plan = plan_classes([*needs("a", 30), *needs("b", 4, 100)], places, Rules(WEEK))
    assert [(each.taken, each.guests) for each in plan.proposals] == [(34, 4)]
    alone = plan_classes(needs("b", 4), places, Rules(WEEK))
    assert {reason for *_, reason in alone.unplaced} == {Reason.TOO_FEW}


def test_nobody_is_sent_across_the_province():
    empty = [cluster(f"x{number}", rooms=(Room(10 + number, "", 40),)) for number in range(3)]
    plan = plan_classes(
        [*needs("a", 30), *needs("b", 4, 100)], [cluster("a"), *empty, cluster("b", rooms=(SMALL,))], Rules(WEEK)
    )
    assert len(plan.unplaced) == 4


def test_without_a_place_or_a_free_half_day_people_stay_unplaced_with_the_reason():
    full = Room(1, "Hội trường", 40, busy=frozenset(WEEK))
    assert told(plan_classes(needs("a", 1), [], Rules(WEEK))) == [(1, 1, Reason.NO_CLUSTER)]
    plan = plan_classes(needs("a", 12), [cluster("a", rooms=(full,))], Rules(WEEK))
    assert {reason for *_, reason in plan.unplaced} == {Reason.NO_SLOT}
    assert plan_classes(needs("a", 12), [cluster("a")], Rules(WEEK)).unplaced == ()


def test_two_classes_share_neither_a_room_nor_more_teachers_than_there_are():
    plan = plan_classes(needs("a", 120), [cluster("a", rooms=(HALL, SMALL))], Rules(WEEK, at_once=1))
    assert len({each.slots for each in plan.proposals}) == len(plan.proposals)
    both = plan_classes(needs("a", 80), [cluster("a")], Rules(WEEK, at_once=5))
    assert len({(each.room.id, each.slots) for each in both.proposals}) == 2


def test_classes_that_stand_already_keep_their_half_day():
    plan = plan_classes(needs("a", 12), [cluster("a")], Rules(WEEK, running={WEEK[0]: 1}))
    assert plan.proposals[0].slots == (WEEK[1],)


def test_a_class_of_a_whole_day_takes_a_morning_and_its_afternoon():
    plan = plan_classes(needs("a", 12), [cluster("a")], Rules(WEEK, half_days={1: 2}, running={WEEK[0]: 1}))
    assert plan.proposals[0].slots == (Slot(WEEK[2].day), Slot(WEEK[2].day, True))


# Wishes ---------------------------------------------------------------------------------------------------------------


def test_the_class_is_on_the_day_that_suits_most():
    thursday = MONDAY + timedelta(days=3)
    wish = {"from_day": thursday, "to_day": thursday, "day_part": DayPart.AFTERNOON}
    plan = plan_classes([*needs("a", 8), *needs("a", 9, 50, **wish)], [cluster("a")], Rules(WEEK))
    assert plan.proposals[0].slots == (Slot(thursday, True),)
    assert quality(plan, []).suited == 17


def test_people_whom_the_day_does_not_suit_wait_for_the_class_that_does():
    friday = MONDAY + timedelta(days=4)
    early = needs("a", 30, to_day=MONDAY)
    late = needs("a", 30, 100, from_day=friday)
    plan = plan_classes([*early, *late], [cluster("a")], Rules(WEEK))
    assert [each.taken for each in plan.proposals] == [30, 30]
    assert quality(plan, [*early, *late]).days_off == 0


def test_a_weekend_is_what_some_can_only_come_to():
    days = half_days(MONDAY, MONDAY + timedelta(days=6), weekdays=range(7), parts=list(DayPart), days_off=())
    plan = plan_classes(needs("a", 12, day_part=DayPart.WEEKEND), [cluster("a")], Rules(tuple(days)))
    assert plan.proposals[0].slots[0].day.weekday() == 5


def test_days_off_and_unwanted_parts_are_left_out():
    days = half_days(
        MONDAY, MONDAY + timedelta(days=6), weekdays=range(5), parts=[DayPart.AFTERNOON], days_off={MONDAY}
    )
    assert days == [Slot(MONDAY + timedelta(days=n), True) for n in range(1, 5)]


def test_nobody_sits_in_two_classes_at_once():
    both = [Need(number, topic, "a", str(number % 12)) for number, topic in enumerate([1] * 12 + [2] * 12)]
    plan = plan_classes(both, [cluster("a", rooms=(HALL, SMALL))], Rules(WEEK, at_once=5))
    assert len(plan.proposals) == 2
    assert plan.proposals[0].slots != plan.proposals[1].slots
    engaged = {str(number): frozenset({WEEK[0]}) for number in range(12)}
    again = plan_classes(both[:12], [cluster("a")], Rules(WEEK, engaged=engaged))
    assert {seat.need.person for seat in again.proposals[0].seats} == set(engaged)
    assert WEEK[0] not in again.proposals[0].slots


def test_who_was_registered_by_two_teams_learns_a_topic_once():
    twice = [*needs("a", 12), Need(99, 1, "a", "1")]
    assert told(plan_classes(twice, [cluster("a")], Rules(WEEK))) == [(99, 1, Reason.TWICE)]


def test_of_halls_that_hold_all_the_class_is_in_the_one_that_most_wish_for():
    halls = (HALL, Room(2, "Nhà văn hóa", 30))
    wanted = [*needs("a", 6), *needs("a", 6, 50, rooms=frozenset({1}))]
    assert plan_classes(wanted, [cluster("a", rooms=halls)], Rules(WEEK)).proposals[0].room.id == 1
    assert plan_classes(needs("a", 12), [cluster("a", rooms=halls)], Rules(WEEK)).proposals[0].room.id == 2


BESIDE = Room(3, "Nhà văn hóa", 40)
TWO_PLACES = [cluster("a"), cluster("b", rooms=(BESIDE,), name="Cụm B")]
IN_B = {"rooms": frozenset({BESIDE.id})}


def at_place(wanted: list[Need], rules: Rules) -> dict[str, dict[str, int]]:
    """Cluster -> commune -> people."""
    plan = plan_classes(wanted, TWO_PLACES, rules)
    return {each.cluster.name: Counter(seat.need.commune for seat in each.seats) for each in plan.proposals}


def test_who_wishes_to_learn_in_another_cluster_does_so_where_it_has_a_class():
    wanted = [*needs("a", 20), *needs("a", 5, 50, **IN_B), *needs("b", 12, 100)]
    assert at_place(wanted, Rules(WEEK)) == {"Cụm A": {"a": 20}, "Cụm B": {"a": 5, "b": 12}}
    nobody_there = wanted[:25]
    assert at_place(nobody_there, Rules(WEEK)) == {"Cụm A": {"a": 25}}
    assert quality(plan_classes(nobody_there, TWO_PLACES, Rules(WEEK)), nobody_there).at_place == 0


def test_who_goes_leaves_enough_people_for_a_class_at_home():
    wanted = [*needs("a", 8), *needs("a", 5, 50, **IN_B), *needs("b", 12, 100)]
    assert at_place(wanted, Rules(WEEK)) == {"Cụm A": {"a": 10}, "Cụm B": {"a": 3, "b": 12}}


def test_where_half_days_run_out_at_the_wished_place_people_learn_at_home():
    full = Room(3, "Nhà văn hóa", 40, busy=frozenset(WEEK))
    wanted = [*needs("a", 12, **IN_B), *needs("b", 12, 100)]
    plan = plan_classes(wanted, [cluster("a"), cluster("b", rooms=(full,))], Rules(WEEK))
    assert seats_by_commune(plan) == {"a": 12, "b": 12}
    assert {each.room.id for each in plan.proposals} == {HALL.id}


# Fairness -------------------------------------------------------------------------------------------------------------


def test_a_short_class_goes_round_the_communes():
    one_slot = Rules(WEEK[:1])
    plan = plan_classes(
        [*needs("a", 60), *needs("b", 12, 100), *needs("c", 5, 200)], [cluster("a", "b", "c")], one_slot
    )
    assert seats_by_commune(plan) == {"a": 23, "b": 12, "c": 5}


def test_when_half_days_are_short_every_cluster_gets_its_first_class_before_any_gets_its_second():
    places = [cluster("a"), cluster("b", rooms=(Room(9, "Nhà văn hóa", 40),))]
    plan = plan_classes([*needs("a", 120), *needs("b", 40, 500)], places, Rules(WEEK[:2]))
    assert seats_by_commune(plan) == {"a": 40, "b": 40}


def test_the_quota_of_a_commune_holds_in_every_class():
    plan = plan_classes([*needs("a", 30), *needs("b", 30, 100)], [cluster("a", "b")], Rules(WEEK, quota=8))
    for each in plan.proposals:
        assert max(Counter(seat.need.commune for seat in each.seats).values()) <= 8


def test_leaders_come_before_deputies_and_the_trained_last():
    many = needs("a", 20, precedence=2)
    leader = needs("a", 1, 900, precedence=0)
    trained = needs("a", 5, 500, trained=True)
    plan = plan_classes([*trained, *many, *leader], [cluster("a", rooms=(SMALL,))], Rules(WEEK[:1]))
    seated = {seat.need.id for seat in plan.proposals[0].seats}
    assert 900 in seated
    assert not seated & {need.id for need in trained}


def test_the_trained_get_what_stays_free_and_open_no_class():
    trained = needs("a", 12, 500, trained=True)
    assert plan_classes(trained, [cluster("a")], Rules(WEEK)).proposals == ()
    plan = plan_classes([*needs("a", 35), *trained], [cluster("a")], Rules(WEEK))
    assert plan.proposals[0].taken == 40
    assert {reason for *_, reason in plan.unplaced} == {Reason.TRAINED}


def test_people_without_names_are_counted_and_may_be_split_over_classes():
    crowd = Need(1, 1, "a", people=50)
    plan = plan_classes([crowd], [cluster("a")], Rules(WEEK))
    assert sorted(each.taken for each in plan.proposals) == [10, 40]
    assert "Để trống 40 chỗ" in " ".join(sentences(plan.proposals[0], None))


# Why, and always ------------------------------------------------------------------------------------------------------


def test_a_class_says_why_it_is_as_it_is():
    friday = MONDAY + timedelta(days=4)
    wanted = [*needs("a", 20, from_day=friday, to_day=friday), *needs("b", 5, 100, to_day=MONDAY)]
    plan = plan_classes(wanted, [cluster("a", "b")], Rules(WEEK, quota=30))
    assert sentences(plan.proposals[0], 30) == [
        "Cụm A có 25 người cần học chuyên đề này; lớp nhận 25 người.",
        "Buổi này hợp với 20 người; 5 người còn lại lệch, xa nhất 4 ngày.",
        "Hội trường lớn là địa điểm của cụm, 40 chỗ.",
        "2 xã lần lượt mỗi xã một chỗ: xã ít nhất 5, xã nhiều nhất 20 người, tối đa 30.",
    ]


def test_a_class_says_whom_its_place_suits():
    wanted = [*needs("a", 20, rooms=frozenset({HALL.id})), *needs("a", 5, 50, rooms=frozenset({99, BESIDE.id}))]
    plan = plan_classes(wanted, TWO_PLACES, Rules(WEEK))
    assert sentences(plan.proposals[0], None)[-1] == "Đúng nơi 20 người đã đăng ký; 5 người muốn học ở nơi khác."
    found = quality(plan, wanted)
    assert (found.wished_place, found.at_place) == (25, 20)
    fits = plan_classes(wanted[:20], TWO_PLACES, Rules(WEEK))
    assert sentences(fits.proposals[0], None)[-1] == "Đúng nơi 20 người đã đăng ký."


def test_the_same_needs_in_any_order_give_the_same_plan():
    wanted = [*needs("a", 50), *needs("b", 30, 100, day_part=DayPart.AFTERNOON), *needs("c", 7, 200)]
    wanted += needs("a", 9, 300, rooms=frozenset({SMALL.id}))
    shuffled = random.Random(1).sample(wanted, len(wanted))
    places = [cluster("a", "b"), cluster("c", rooms=(SMALL,))]
    assert plan_classes(wanted, places, Rules(WEEK)) == plan_classes(shuffled, places, Rules(WEEK))


WISHES = st.builds(
    Need,
    id=st.uuids().map(lambda each: each.int % 10**9),
    topic=st.integers(1, 3),
    commune=st.sampled_from("abcdez"),
    person=st.integers(1, 60).map(str),
    from_day=st.none() | st.integers(0, 6).map(lambda n: MONDAY + timedelta(days=n)),
    day_part=st.sampled_from(list(DayPart)),
    precedence=st.integers(0, 2),
    trained=st.booleans(),
    rooms=st.frozensets(st.sampled_from([1, 2, 3, 99]), max_size=2),
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(WISHES, max_size=120, unique_by=lambda need: need.id),
    st.integers(1, 3),
    st.none() | st.integers(1, 5),
    st.integers(1, 12),
)
def test_whatever_is_asked_no_seat_is_sold_twice_and_nobody_is_forgotten(wanted, at_once, quota, least):
    places = [cluster("a", "b", "c", rooms=(HALL, SMALL)), cluster("d", "e", rooms=(Room(3, "", 12),))]
    plan = plan_classes(wanted, places, Rules(WEEK, at_once=at_once, quota=quota, least=least))
    busy, sitting = Counter(), Counter()
    for each in plan.proposals:
        assert each.taken <= each.capacity <= each.room.capacity
        communes = Counter(seat.need.commune for seat in each.seats)
        assert quota is None or max(communes.values()) <= quota
        busy.update((each.room.id, slot) for slot in each.slots)
        sitting.update((seat.need.person, slot) for seat in each.seats for slot in each.slots)
    assert max([*busy.values(), *sitting.values()], default=1) == 1
    assert max(Counter(slot for each in plan.proposals for slot in each.slots).values(), default=0) <= at_once
    placed = [seat.need.id for each in plan.proposals for seat in each.seats]
    assert sorted([*placed, *(need.id for need, *_ in plan.unplaced)]) == sorted(need.id for need in wanted)


@pytest.mark.parametrize("at_once", [2, 6])
def test_wishes_are_met_better_than_in_the_order_of_registration(at_once):
    """Against the benchmark's plain order, on a smaller province."""
    from benchmarks import training as benchmark

    chance = random.Random(2)
    places = benchmark.clusters(chance)
    wanted = benchmark.needs([code for each in places for code in each.communes], chance)[::6]
    wanted = benchmark.wishing_places(wanted, places, chance)
    rules = Rules(tuple(half_days(MONDAY, MONDAY + timedelta(days=25), weekdays=range(5), parts=list(DayPart),
                                  days_off=())), at_once=at_once, most=30)  # fmt: skip
    ours, plain = (quality(way(wanted, places, rules), wanted) for way in (plan_classes, benchmark.first_come))
    assert ours.suited > plain.suited
    assert ours.days_off < plain.days_off
    assert ours.at_place > plain.at_place
    assert ours.fill > plain.fill
