"""Filters every page may use: they are built into the template engine (see settings)."""

import re
from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from cdt_portal.lib import dates, numbers, periods, phones

register = template.Library()
WEB_ADDRESS = re.compile(r"(https?://[^\s<>\"']+)")
LONG_NUMBER = re.compile(r"\+?[0-9](?:[ .\-]?[0-9]){7,}")


@register.filter
def phone(value: str) -> str:
    """0914994123 as 0914 994 123."""
    return phones.format_phone(value) if value else ""


@register.filter
def masked_phone(value: str) -> str:
    """0914994123 as 0914 994 ***."""
    return phones.mask_phone(value) if value else ""


@register.filter
def vi_date(value: date | None) -> str:
    """dd/mm/yyyy, or nothing."""
    return dates.format_date(value) if value else ""


@register.filter
def weekday(value: date | datetime) -> str:
    """ "Thứ Hai", as official papers have it; Django's own word is "Thứ 2"."""
    day = timezone.localdate(value) if isinstance(value, datetime) else value
    return dates.WEEKDAYS[day.weekday()]


@register.filter
def deadline(value: datetime | None) -> str:
    """ "hết ngày 15/03/2026": the last valid day in words, or nothing."""
    return periods.spell_deadline(value) if value else ""


@register.filter
def rate(value: float | None) -> str:
    """99.96 as 99,9%: to one decimal, all but a few never 100%; "–" for none."""
    return "–" if value is None else numbers.format_rate(value, 1)


@register.filter
def without_phones(value: str) -> str:
    """A sentence whose numbers of eight digits or more, however they are written, lose their last three."""
    return LONG_NUMBER.sub(lambda found: f"{found[0].rstrip()[:-3]}***", value)


@register.filter
def is_web(value: str) -> bool:
    """Whether it is an http or https address: nothing else becomes a link, however it came to be stored."""
    return WEB_ADDRESS.fullmatch(value) is not None


@register.filter
def linked(value: str) -> str:
    """A note with its http and https addresses to click on; every other scheme stays text."""
    return format_html_join("", "{}", ((link_or_text(part),) for part in WEB_ADDRESS.split(value)))


def link_or_text(part: str) -> str:
    if not WEB_ADDRESS.fullmatch(part):
        return part
    return format_html('<a href="{0}" rel="noopener noreferrer nofollow" target="_blank">{0}</a>', part)
