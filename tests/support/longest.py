"""Which test files begin first where several run at once: one that takes a minute must not be the last to begin."""

# by the seconds each took beside another on two cores, the longest first; an old line costs seconds, nothing else
LONGEST_FIRST = (
    "tests/ui/test_cli_registry.py",
    "tests/toolchain/test_perfect_modules.py",
    "tests/acceptance/test_demo.py",
    "tests/ui/test_cli_journal.py",
    "tests/toolchain/test_mutants.py",
    "tests/faults/test_forgeries.py",
    "tests/acceptance/test_dead_kiosk.py",
    "tests/ui/test_cli_scan.py",
    "tests/acceptance/test_two_kiosks.py",
    "tests/ui/test_zones.py",
    "tests/faults/test_damaged_files.py",
    "tests/acceptance/test_sync_faults.py",
    "tests/ui/test_cli_bench.py",
    "tests/ui/test_cli_inside.py",
    "tests/contract/test_registry_contract.py",
    "tests/acceptance/test_urgent_revocation.py",
    "tests/faults/test_model.py",
    "tests/toolchain/test_side_by_side.py",
    "tests/ui/test_cli_keys.py",
    "tests/ui/test_cli_limits.py",
    "tests/kiosk/devices/test_generator.py",
    "tests/faults/test_canary.py",
    "tests/faults/test_sigkill_run.py",
    "tests/ui/test_cli_replay.py",
)
