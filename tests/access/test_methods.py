"""Pages are read and forms are sent; by any other method nothing is open to anybody."""

import pytest

from tests.access.addresses import address_at
from tests.access.visits import Visitor
from tests.architecture.url_table import TABLE

OTHER_METHODS = ("put", "patch", "delete", "options", "trace")


@pytest.mark.django_db
def test_other_methods_open_nothing(world, callers, quiet, count_cases):
    """At the own place, where the same people may read and send much."""
    visitor, wrong, place = Visitor(), [], world.places["own"]
    for name, page in TABLE.items():
        url = address_at(place, name, page)
        for method in OTHER_METHODS:
            seen = [visitor.visit(caller, method, url) for caller in callers if caller.works_at(place)]
            wrong += [f"{name} {method}: {visit}" for visit in seen if visit.status != 405 or visit.wrote]
    count_cases("URL × other methods × role", visitor.count, len(wrong))
    assert not wrong, "\n".join(["", *wrong])
