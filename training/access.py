"""Whose calls, classes and contests a user may see: `teams.access` applied to what training adds to it."""

from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import Http404

from teams.access import Can, Scope, get_or_404
from training.enums import HOLDS_A_SEAT, CallState, ClassState, ReplyState
from training.models import Contest, NeedReply, TrainingCall, TrainingClass

M = TypeVar("M", bound=Model)
READABLE_ABOVE = {ReplyState.SUBMITTED, ReplyState.ACCEPTED, ReplyState.RETURNED}


def calls_of(scope: Scope) -> QuerySet[TrainingCall]:
    """Calls of the user's provinces; a commune's people see those that were opened."""
    whole = Q(province__in=scope.provinces())
    return TrainingCall.objects.filter(whole | scope.in_provinces() & ~Q(state=CallState.DRAFT))


def classes_of(scope: Scope) -> QuerySet[TrainingClass]:
    """Classes of the user's provinces; a commune's people see those that are no longer a proposal."""
    whole = Q(province__in=scope.provinces())
    return TrainingClass.objects.filter(whole | scope.in_provinces() & ~Q(state=ClassState.PROPOSED))


def own_or_shipped(scope: Scope, path: str = "") -> Q:
    """The condition on rows of the user's provinces and on those of none, which are shipped with the portal."""
    own = scope.in_provinces(path)
    return own | Q(**{f"{path}province": None}) if own else own  # no condition at all is no condition on provinces


def contests_of(scope: Scope) -> QuerySet[Contest]:
    return Contest.objects.filter(scope.in_provinces())


def shared_or_404(scope: Scope, queryset: QuerySet[M], pk: int, capability: Can = Can.VIEW) -> M:
    """The one row, of those above, that a province shares; 403 when seen but not to be changed."""
    row = queryset.select_related("province").filter(pk=pk).first()
    if row is None:
        raise Http404("Không tìm thấy, hoặc không thuộc đơn vị của bạn.")
    if capability != Can.VIEW:  # which a commune's people have of their commune only, and see these none the less
        scope.require(capability, row.province_id)
    return row


def attended_class_or_404(scope: Scope, pk: int, capability: Can = Can.VIEW) -> TrainingClass:
    """A class whose people are asked for: a commune's see one in which some of theirs are, and there only these."""
    row = shared_or_404(scope, classes_of(scope).select_related("topic", "venue", "call"), pk, capability)
    own = scope.narrow(row.enrolments.filter(state__in=HOLDS_A_SEAT))
    if not scope.allows(Can.VIEW, row.province_id) and not own.exists():
        raise Http404("Không có ai của đơn vị bạn học lớp này.")
    return row


def reply_or_404(scope: Scope, pk: int, capability: Can = Can.VIEW) -> NeedReply:
    """A commune's answer to a call. What it is still writing is its own: above it, only its state is to be seen."""
    return get_or_404(scope, NeedReply.objects.select_related("call", "commune", "province"), capability, pk=pk)


def is_own(scope: Scope, reply: NeedReply) -> bool:
    return any(post.commune == reply.commune_id for post in scope.posts)


def may_read(scope: Scope, reply: NeedReply) -> bool:
    """Whether the people whom the reply names may be shown: always to its commune, to the department once sent."""
    return is_own(scope, reply) or reply.state in READABLE_ABOVE
