"""The needs of a call as a workbook, with the phones that its reader may see in full."""

from functools import partial
from typing import IO

from cdt_portal.accounts.models import User
from cdt_portal.lib.sheets import write_workbook
from teams.access import Can, Scope
from teams.models import ExportTrace
from training.layouts.needs import needs_sheet
from training.models import TrainingCall
from training.queries.calls import need_lines


def write_needs(target: IO[bytes], call: TrainingCall, *, scope: Scope, by: User) -> int:
    """Write the workbook, leave the trace, give the number of rows."""
    lines = need_lines(call, partial(scope.allows, Can.SEE_PHONES))
    rows = write_workbook(target, [(needs_sheet(call.title), lines)]).records
    full = scope.allows(Can.SEE_PHONES, call.province_id)
    ExportTrace.objects.create(user=by, scope={"needs": call.pk}, full_phones=full, rows=rows)
    return rows
