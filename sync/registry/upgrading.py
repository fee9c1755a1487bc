"""Which version the registry's tables are of, and the steps from an older one to this program's."""

from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from kiosk.errors import EnvironmentalError

_MIGRATIONS = Path(__file__).with_name("migrations")


def newest_version() -> str:
    """The version that the last step leads to, by the names of the steps: `v0006_reissue.py` leads to 0006."""
    return max(path.name[1:].partition("_")[0] for path in (_MIGRATIONS / "versions").glob("v*.py"))


def version_of(connection: Connection) -> str | None:
    """The version of a database; None of an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version


def upgrade(connection: Connection) -> None:
    """Bring an older or an empty database to this version; refuse a newer one by name."""
    found, newest = version_of(connection), newest_version()
    if found == newest:
        return
    # only where there is a step to take: it takes as long to load as half the rest of a command
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise EnvironmentalError(
            f"The registry database is of a newer version ({found}) than this program knows ({newest}): "
            "install the newer program."
        ) from error
