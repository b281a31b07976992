import pytest

from tests.training.makers import make_class, make_topic, make_venue
from training.models import Topic, TrainingClass, Venue


@pytest.fixture
def topic(db) -> Topic:
    return make_topic()


@pytest.fixture
def venue(cat_hai) -> Venue:
    return make_venue(cat_hai)


@pytest.fixture
def training_class(venue, topic) -> TrainingClass:
    """Three seats, planned."""
    return make_class(venue, topic, capacity=3)
