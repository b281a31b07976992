"""Which people go to which class, without the database: the waiting list's rule and the planner."""
