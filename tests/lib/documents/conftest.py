import pytest

from cdt_portal.lib.documents.pdf import render_pdf
from tests.lib.documents import reading, samples


@pytest.fixture(scope="session")
def cat_hai() -> bytes:
    return render_pdf(samples.CAT_HAI)


@pytest.fixture(scope="session")
def cat_hai_pages(cat_hai, tmp_path_factory) -> list[reading.Page]:
    return reading.pages(cat_hai, tmp_path_factory.mktemp("cat-hai"))


@pytest.fixture
def draw(tmp_path):
    """The pages of a document, read back."""
    return lambda document: reading.pages(render_pdf(document), tmp_path)
