"""Why a class was proposed as it is, in sentences for whoever decides."""

from collections import Counter

from training.planning.parts import Proposal


def sentences(proposal: Proposal, quota: int | None) -> list[str]:
    return [
        each
        for each in (
            _demand(proposal),
            _days(proposal),
            _room(proposal),
            _place(proposal),
            _fairness(proposal, quota),
            _others(proposal),
        )
        if each
    ]


def _demand(proposal: Proposal) -> str:
    words = f"{proposal.cluster.name} có {proposal.asked} người cần học chuyên đề này; lớp nhận {proposal.taken} người."
    return words if not proposal.guests else f"{words} {proposal.guests} người đến từ cụm khác còn lẻ."


def _days(proposal: Proposal) -> str:
    fitting = sum(seat.people for seat in proposal.seats if seat.cost == 0)
    rest = proposal.taken - fitting
    if not any(_has_wish(seat) for seat in proposal.seats):
        return "Không ai đăng ký ngày, buổi riêng: chọn buổi trống sớm nhất."
    if not rest:
        return "Đúng ngày, buổi mọi người đã đăng ký."
    most = int(max(seat.cost for seat in proposal.seats))
    far = f"xa nhất {most} ngày" if most else "chỉ khác buổi"
    return f"Buổi này hợp với {fitting} người; {rest} người còn lại lệch, {far}."


def _has_wish(seat) -> bool:
    return bool(seat.need.from_day or seat.need.to_day or seat.need.day_part != "any")


def _room(proposal: Proposal) -> str:
    if len(proposal.cluster.rooms) == 1:
        return f"{proposal.room.name} là địa điểm của cụm, {proposal.capacity} chỗ."
    return f"{proposal.room.name} còn trống và vừa với số người nhất, {proposal.capacity} chỗ."


def _place(proposal: Proposal) -> str:
    wishing = [seat for seat in proposal.seats if seat.need.rooms]
    fitting = sum(seat.people for seat in wishing if seat.away == 0)
    rest = sum(seat.people for seat in wishing) - fitting
    if not wishing:
        return ""
    if not rest:
        return f"Đúng nơi {fitting} người đã đăng ký."
    return f"Đúng nơi {fitting} người đã đăng ký; {rest} người muốn học ở nơi khác."


def _fairness(proposal: Proposal, quota: int | None) -> str:
    seats: Counter = Counter()
    for seat in proposal.seats:
        seats[seat.need.commune] += seat.people
    if len(seats) < 2:
        return ""
    least, most = min(seats.values()), max(seats.values())
    limit = f", tối đa {quota}" if quota else ""
    return f"{len(seats)} xã lần lượt mỗi xã một chỗ: xã ít nhất {least}, xã nhiều nhất {most} người{limit}."


def _others(proposal: Proposal) -> str:
    nameless = sum(seat.people for seat in proposal.seats if not seat.need.person)
    trained = sum(seat.people for seat in proposal.seats if seat.need.trained)
    told = [f"Để trống {nameless} chỗ cho người xã đăng ký theo số lượng, chưa có tên."] if nameless else []
    told += [f"{trained} người đã học chuyên đề này, nhận chỗ còn thừa."] if trained else []
    return " ".join(told)
