"""Reporting: periods, campaigns, the commune's and the province's reports, dashboards."""
