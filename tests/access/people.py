"""Who knocks at every door: everybody who works at the world's three communes and above them, and those whom nothing
is for: a stranger, somebody whose account was closed, somebody whose post has ended."""

from dataclasses import dataclass

from cdt_portal.accounts.models import User
from teams.enums import UserRole
from teams.models import Assignment
from tests.architecture.places import Place, World
from tests.conftest import client_of, make_user


@dataclass(frozen=True, slots=True)
class Caller:
    """`session` is the key of one that is logged in; `province` and `commune` are those of the post."""

    name: str
    role: str
    user: User | None = None
    session: str = ""
    province: str = ""
    commune: str = ""

    def works_at(self, place: Place) -> bool:
        """There, in its province, or nowhere."""
        return self.province in ("", place.commune.province_id) and self.commune in ("", place.commune.pk)

    def relation_to(self, label: str, place: Place) -> str:
        """In the words of the table, in which `label` is the place's relation to Cát Hải and Hải Phòng."""
        if self.commune:
            same = self.commune == place.commune.pk
            return "own" if same else "neighbour" if self.province == place.commune.province_id else "other"
        if self.province:
            theirs = self.province == place.commune.province_id
            return ("own" if label == "other" else label) if theirs else "other"
        return label


def make_callers(world: World) -> list[Caller]:
    callers = {caller.name: caller for place in world.places.values() for caller in owners(place)}
    return [Caller("anonymous", "anonymous"), *callers.values(), closed(world), ended(world)]


def owners(place: Place) -> list[Caller]:
    province, commune = place.commune.province_id, place.commune.pk
    return [
        logged_in("admin", place.owners["admin"], "admin"),
        *(
            logged_in(f"{role} of {province}", place.owners[role], role, province=province)
            for role in ("staff", "viewer")
        ),
        *(
            logged_in(f"{role} of {commune}", place.owners[role], role, province=province, commune=commune)
            for role in ("officer", "leader")
        ),
    ]


def closed(world: World) -> Caller:
    """Logged in when the account was closed: nobody any more."""
    user = make_user("dong", UserRole.COMMUNE_OFFICER, commune=world.places["own"].commune)
    caller = logged_in("closed", user, "anonymous")
    User.objects.filter(pk=user.pk).update(is_active=False)
    return caller


def ended(world: World) -> Caller:
    """Logged in when the only post ended."""
    user = make_user("het.vai", UserRole.COMMUNE_OFFICER, commune=world.places["own"].commune)
    caller = logged_in("ended", user, "ended")
    Assignment.objects.filter(user=user).delete()
    return caller


def logged_in(name: str, user: User, role: str, **where: str) -> Caller:
    client = client_of(user)
    client.get("/tai-khoan/phien/")  # notes its time in the session, once for all that come
    return Caller(name, role, user, client.session.session_key, **where)
