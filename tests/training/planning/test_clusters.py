"""Clusters are proposed from the order of the official codes alone."""

from training.planning.clusters import nearest_places


def test_each_commune_goes_to_the_place_that_is_nearest_by_code():
    found = nearest_places(["00001", "00004", "00007", "00100", "00103"], ["00004", "00100"])
    assert found == {"00001": "00004", "00004": "00004", "00007": "00004", "00100": "00100", "00103": "00100"}


def test_a_commune_before_the_first_or_after_the_last_place_has_one_neighbour():
    assert nearest_places(["00001", "09999"], ["00200", "09000"]) == {"00001": "00200", "09999": "09000"}


def test_between_two_equally_near_the_smaller_cluster_gets_it():
    assert nearest_places(["00002"], ["00001", "00003"]) == {"00002": "00001"}
    assert nearest_places(["00000", "00002"], ["00001", "00003"])["00002"] == "00003"


def test_without_a_venue_there_is_no_cluster():
    assert nearest_places(["00001"], []) == {}
