"""The tables: made by their migrations, keyed by park, refused when they are of a newer program."""

from contextlib import suppress
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from kiosk.errors import EnvironmentalError, UsageError
from sync.registry.database import Database, metadata
from sync.registry.service import RegistryService, init_registry, open_registry


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path / 'registry.db'}")


def test_the_migrations_make_exactly_the_tables_of_the_code(database: Database) -> None:
    database.upgrade()
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()


def test_upgrading_again_changes_nothing(service: RegistryService) -> None:
    service.upgrade()
    assert service.parks() == [7, 12]


def test_a_database_of_a_newer_program_is_refused_by_name(database: Database) -> None:
    database.upgrade()
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(EnvironmentalError, match=r"newer version \(9999\)"):
        database.upgrade()
    database.close()


def test_every_table_is_keyed_by_its_park_and_no_reference_crosses_parks() -> None:
    for table in metadata.sorted_tables:
        keys = [column.name for column in table.primary_key.columns]
        assert keys[0] == "park_id" or table.name == "device_number", table.name
        for constraint in table.foreign_key_constraints:
            assert constraint.columns[0].name == "park_id"
            assert constraint.elements[0].column.name == "park_id"


def test_what_goes_wrong_is_undone_as_a_whole(service: RegistryService) -> None:
    with suppress(RuntimeError), service.database.writing() as connection:
        connection.execute(text("DELETE FROM permit"))
        raise RuntimeError
    with service.database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM permit")).scalar() == 2000


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////nowhere/at/all.db", "oracle+none://x/y"])
def test_an_address_that_cannot_be_used_is_a_sentence(url: str) -> None:
    with pytest.raises(EnvironmentalError, match="cannot be used"):
        Database(url).upgrade()


def test_a_folder_without_a_registry_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="qaqpa registry init"):
        open_registry(tmp_path / "nothing")


def test_the_demo_parks_go_into_an_empty_registry_only(service: RegistryService, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds parks already"):
        service.fill_demo()
    told: list[tuple[int, int]] = []
    fresh = init_registry(tmp_path / "fresh", is_demo=True, progress=lambda done, total: told.append((done, total)))
    fresh.close()
    assert told[0] == (0, 2000)
    assert told[-1] == (2000, 2000)


def test_a_key_that_is_missing_is_the_environments_fault(service: RegistryService) -> None:
    service.folder.path.joinpath("keys", "set-7.key").unlink()
    with pytest.raises(EnvironmentalError, match="restore its folder"):
        service.publish_set(7)
    service.folder.path.joinpath("keys", "set-12.key").write_text("zz\n")
    with pytest.raises(EnvironmentalError, match="damaged"):
        service.publish_set(12)
