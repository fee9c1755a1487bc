"""The steps from every released form of the registry's database to the present one, run by Alembic."""
