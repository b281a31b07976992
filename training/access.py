"""Whose calls, classes and contests a user may see: `teams.access` applied to what training adds to it."""

from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import Http404

from teams.access import Can, Scope
from training.enums import CallState, ClassState
from training.models import Contest, TrainingCall, TrainingClass

M = TypeVar("M", bound=Model)


def calls_of(scope: Scope) -> QuerySet[TrainingCall]:
    """Calls of the user's provinces; a commune's people see those that were opened."""
    whole = Q(province__in=scope.provinces())
    return TrainingCall.objects.filter(whole | scope.in_provinces() & ~Q(state=CallState.DRAFT))


def classes_of(scope: Scope) -> QuerySet[TrainingClass]:
    """Classes of the user's provinces; a commune's people see those that are no longer a proposal."""
    whole = Q(province__in=scope.provinces())
    return TrainingClass.objects.filter(whole | scope.in_provinces() & ~Q(state=ClassState.PROPOSED))


def contests_of(scope: Scope) -> QuerySet[Contest]:
    return Contest.objects.filter(scope.in_provinces())


def shared_or_404(scope: Scope, queryset: QuerySet[M], pk: int, capability: Can = Can.VIEW) -> M:
    """The one row, of those above, that a province shares; 403 when seen but not to be changed."""
    row = queryset.select_related("province").filter(pk=pk).first()
    if row is None:
        raise Http404("Không tìm thấy, hoặc không thuộc đơn vị của bạn.")
    scope.require(capability, row.province_id)
    return row
