"""Personal data that is shown only on purpose."""

from cdt_portal.accounts.models import User
from teams.models import Member, PhoneReveal


def reveal_phone(*, member: Member, by: User) -> None:
    """Leave the trace that `by` looked at the member's masked phone; the page may show it afterwards."""
    PhoneReveal.objects.create(user=by, member=member)
