import pytest

from reporting.models import ReportForm
from reporting.services.forms import load_shipped


@pytest.fixture
def shipped(db) -> dict[str, ReportForm]:
    """The forms that come with the portal, by slug, each with one published version."""
    load_shipped()
    return {form.slug: form for form in ReportForm.objects.filter(province=None)}
