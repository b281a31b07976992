"""Workbooks in: a file becomes a refusal in one sentence, or a Reading. Pure: no database, no Django."""
