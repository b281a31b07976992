"""Believable people and teams for trying the portal out; every name and number is made up."""
