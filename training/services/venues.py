"""Rooms for classes."""

from cdt_portal.accounts.models import User
from teams.services.actions import action
from training.models import Venue


@action
def save_venue(*, venue: Venue, by: User) -> Venue:
    """A new one, or what was changed of one; it belongs to the province of its commune."""
    venue.province_id = venue.commune.province_id
    venue.version += 1 if venue.pk else 0
    venue.save()
    return venue
