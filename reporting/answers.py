"""Answers as people type them, as they are stored (JSON) and as they read: one place for each kind of indicator.

Stored: number -> int or float; rate -> float (per cent); choice, text (limited HTML, see lib/richtext), link -> str;
date -> "2025-10-31"; decision -> {"text": as typed, "number", "symbol", "issued_on", "subject"};
file -> {"id", "name"}; table -> [{column code: str, or int/float for number columns}]. None is "not reported".
"""
