"""The register: units, decisions, teams, members, officers in charge, and who may touch them."""
