"""Training: needs, classes, attendance, certificates, contests."""
