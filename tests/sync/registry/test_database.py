"""The tables: made by their migrations, keyed by park, refused when they are of a newer program."""

import shutil
import subprocess
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select, text

from kiosk.errors import EnvironmentalError, UsageError
from kiosk.rules.personal import lookup_key_id
from sync.health_report import HealthReport
from sync.registry import feed
from sync.registry.counts import counts
from sync.registry.database import Database, metadata, permit
from sync.registry.health import HeardHealth
from sync.registry.service import RegistryService, init_registry, open_registry
from sync.registry.upgrading import newest_version
from sync.registry.wire import RegistryEnd
from tests.support.shell import ROOT
from tests.sync.registry.conftest import NOON

DAY = date(2026, 7, 5)
OPENING = """
import sys
from pathlib import Path
from sync.registry.service import open_registry
open_registry(Path(sys.argv[1])).close()
print("alembic" in sys.modules)
"""


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path / 'registry.db'}")


_OF_NO_PARK = (
    "device_number",  # who is asked which park it is
    "wrong_code", "wrong_code_day",  # codes of none
    "trust_state", "trust_metadata", "trust_target",  # one snapshot for all parks
)  # fmt: skip


def test_the_migrations_make_exactly_the_tables_of_the_code(database: Database) -> None:
    database.upgrade()
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()


def test_upgrading_again_changes_nothing(service: RegistryService) -> None:
    service.upgrade()
    assert service.parks() == [7, 12]


def test_the_newest_version_by_the_names_of_the_steps_is_the_one_they_lead_to() -> None:
    config = Config()
    config.set_main_option("script_location", "sync.registry:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [newest_version()]


def test_a_registry_that_is_up_to_date_opens_without_what_upgrades_it(made: Path) -> None:
    asked = subprocess.run(
        [sys.executable, "-c", OPENING, str(made)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert asked.stdout == "False\n"


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
        assert keys[0] == "park_id" or table.name in _OF_NO_PARK, table.name
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
    with pytest.raises(EnvironmentalError, match="take it from a backup"):
        service.publish_set(7)
    service.folder.path.joinpath("keys", "set-12.key").write_text("zz\n")
    with pytest.raises(EnvironmentalError, match=r"of park 12 .* take it from a backup"):
        service.publish_set(12)


# ---- a registry of the first migration, opened for ever -------------------------------------------------------------


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The files of tests/data/schema-1/registry, to be opened by this program."""
    folder = tmp_path / "old"
    shutil.copytree(Path(__file__).parents[2] / "data" / "schema-1" / "registry", folder)
    return folder


def test_a_registry_of_the_first_migration_is_upgraded_and_goes_on(old: Path) -> None:
    service = open_registry(old, now=lambda: NOON + 3600)
    with service.database.reading() as connection:
        more = compare_metadata(MigrationContext.configure(connection), metadata)
        assert [(what, table.name) for what, table in more] == [("remove_table", "former_tariff")]
        state = feed.state(connection, 7)
        permits = [feed.permit_of(row) for row in connection.execute(select(permit))]
    assert (state.permits, state.checksum) == (5, sum(each.checksum_part() for each in permits) % 2**64)
    rows = counts(service, 7, first=DAY, last=DAY).rows
    assert sum(row.persons for row in rows) == 3  # two adults and one in a car; the party of three was annulled
    (device,) = service.devices(7)
    assert (device.n, device.quarantined, device.told) == (4, 1, None)
    # what it could not do before
    told = HealthReport(at=NOON, software="qaqpa test", devices=())
    RegistryEnd(service).report_health(device.device.device, told)
    assert service.devices(7)[0].told == HeardHealth(received_at=NOON + 3600, report=told)
    assert service.policy_set(7).lookup_key == lookup_key_id(service.folder.lookup_key(7))
    car = next(iter(service.entries(7, None, NOON + 90, NOON + 91)))
    assert service.erase(car.id, reason="asked for").entries == 1
    assert counts(service, 7, first=DAY, last=DAY).rows == rows
    service.close()


def test_the_prices_of_a_registry_of_before_are_kept_as_they_were_and_its_tables_are_not_guessed(old: Path) -> None:
    """They say no unit, so none can become a row of the park's tables; whoever wrote them can read them on."""
    prices = "SELECT park_id, item, first_day, last_day, mci_thousandths, tenge FROM {} ORDER BY item, first_day"
    before = Database(f"sqlite:///{old / 'registry.db'}")
    with before.reading() as connection:
        written = connection.execute(text(prices.format("tariff"))).all()
    before.close()
    service = open_registry(old, now=lambda: NOON)
    with service.database.reading() as connection:
        assert connection.execute(text(prices.format("former_tariff"))).all() == written
    assert len(written) > 4
    assert service.policy_set(7).tables.tariffs == ()
    service.close()


def test_a_set_is_published_anew_only_where_it_names_another_look_up_key(old: Path) -> None:
    versions = []
    for _ in range(2):
        service = open_registry(old, now=lambda: NOON)
        versions.append(service.policy_set(7).version)
        service.close()
    (old / "keys" / "pepper-7.key").write_text("ab" * 32 + "\n")
    service = open_registry(old, now=lambda: NOON)
    versions.append(service.policy_set(7).version)
    service.close()
    assert versions == [2, 2, 3]
