"""Filters every page may use: they are built into the template engine (see settings)."""

from datetime import date

from django import template

from cdt_portal.lib import dates, phones

register = template.Library()


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
