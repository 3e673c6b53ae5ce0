"""Start page, Heute, calendar, search, health, and what keeps the site running. No tables."""
