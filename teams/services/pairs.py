"""Two rows of members: one person, or two. Each answer can be taken back.

One person: all rows of either share one `person` from then on. Where both are active in one team, one row ends as a
mistake: a leader's stays, else one with a phone, else the earlier.
"""

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone

from cdt_portal.accounts.models import User
from teams.enums import LeaveReason, MemberRole, PairAnswer
from teams.models import Member, PersonPair
from teams.services.actions import register_action
from teams.services.members import end_membership, return_member

ASKED_ALREADY = "Cặp này đã được trả lời. Hãy tải lại trang."


@register_action
def one_person(*, first: Member, second: Member, by: User) -> PersonPair:
    """Raises ValidationError when that is known already, or the rows belong to two provinces."""
    first, second = _locked(first, second)
    if first.person == second.person:
        raise ValidationError("Hai dòng này đã là một người.")
    former = second.person
    tied = list(Member.objects.filter(person=former, province=second.province_id).order_by("pk"))
    Member.objects.filter(pk__in=[row.pk for row in tied]).update(person=first.person, version=F("version") + 1)
    pair = _answer(first, second, PairAnswer.ONE, by)
    pair.former_person, pair.moved = former, [row.pk for row in tied]
    pair.ended = first.team_id == second.team_id and not (first.left_on or second.left_on)
    pair.save()
    if pair.ended:
        _end(_lesser(*_reread(first, second)), by)
    return pair


@register_action
def two_people(*, first: Member, second: Member, by: User) -> PersonPair:
    """They are not asked for again. Raises ValidationError when they are tied already."""
    first, second = _locked(first, second)
    if first.person == second.person:
        raise ValidationError("Hai dòng này đang là một người. Hãy tách ra trước.")
    return _answer(first, second, PairAnswer.TWO, by)


@register_action
def take_back(*, pair: PersonPair, by: User) -> PersonPair:
    """Everything that the answer did is undone: the ended row is back, each row has its own person again.

    Raises ValidationError when it was taken back already, or the ended row cannot come back; SecondLeader.
    """
    pair = PersonPair.objects.select_for_update().get(pk=pair.pk)
    if pair.taken_back_at:
        raise ValidationError("Câu trả lời này đã được bỏ.")
    if pair.answer == PairAnswer.ONE:
        moved = Member.objects.select_for_update().filter(pk__in=pair.moved)
        moved.update(person=pair.former_person, version=F("version") + 1)
    if pair.ended:
        for row in Member.objects.filter(pk__in=[pair.first_id, pair.second_id], left_reason=LeaveReason.MISTAKE):
            return_member(member=row, version=row.version, by=by)
    pair.taken_back_at = timezone.now()
    pair.save()
    return pair


def _locked(*rows: Member) -> tuple[Member, Member]:
    """The two as they stand, the earlier first. Raises ValidationError."""
    found = _reread(*rows)
    if len(found) != 2 or found[0].province_id != found[1].province_id:
        raise ValidationError("Không ghép được hai dòng này.")
    if PersonPair.objects.filter(first=found[0], second=found[1], taken_back_at=None).exists():
        raise ValidationError(ASKED_ALREADY)
    return found[0], found[1]


def _reread(*rows: Member) -> list[Member]:
    return list(Member.objects.select_for_update().filter(pk__in=[row.pk for row in rows]).order_by("pk"))


def _answer(first: Member, second: Member, answer: PairAnswer, by: User) -> PersonPair:
    one_commune = first.commune_id == second.commune_id
    return PersonPair.objects.create(
        province_id=first.province_id,
        commune_id=first.commune_id if one_commune else None,
        first=first,
        second=second,
        answer=answer,
        answered_by=by,
    )


def _lesser(first: Member, second: Member) -> Member:
    """The row that ends."""
    return min((second, first), key=lambda row: (row.role == MemberRole.LEADER, bool(row.phone)))


def _end(row: Member, by: User) -> None:
    today = timezone.localdate()
    end_membership(member=row, version=row.version, left_on=today, reason=LeaveReason.MISTAKE, by=by)
