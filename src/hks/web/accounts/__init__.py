"""Users, organisations (tenants), memberships and roles."""
