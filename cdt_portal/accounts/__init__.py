"""Who uses the portal: users, login with a second factor, invitations, limits, and the history's "who"."""
