"""Backups: the database and the files in one sealed archive, and the way back."""
