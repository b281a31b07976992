"""A certificate as an official paper."""

from datetime import date
from decimal import Decimal

from cdt_portal.lib.dates import long_date, official_date
from cdt_portal.lib.documents.parts import Certificate, Issuer, Signature
from teams.queries.letterheads import PaperHead


def certificate_paper(
    *,
    head: PaperHead,
    full_name: str,
    title: str,
    hours: Decimal,
    days: tuple[date, date],
    issued_on: date,
    code: str,
    address: str,
) -> Certificate:
    """`days` are the first and the last of the class; `code` comes as it is to be read."""
    return Certificate(
        issuer=Issuer(name=head.name, parent=head.parent),
        place=head.place,
        day=issued_on,
        full_name=full_name,
        title=title,
        details=f"Thời lượng {hours_text(hours)} giờ, {days_text(*days)}",
        signature=Signature(head.signer_titles, head.signer_name),
        code=code,
        address=address,
    )


def hours_text(hours: Decimal) -> str:
    """4.0 -> "4", 1.5 -> "1,5"."""
    return f"{hours:f}".rstrip("0").rstrip(".").replace(".", ",") if hours % 1 else str(int(hours))


def days_text(first: date, last: date) -> str:
    if first == last:
        return long_date(first)
    return f"từ ngày {official_date(first)} đến ngày {official_date(last)}"
