"""How the parts of a kiosk are put together."""

import socket
import threading
from pathlib import Path

from tests.support.enrolled import enrolled_home
from tests.support.park import SmallPark
from ui.assembly import open_sync


def test_a_registry_that_moved_is_asked_where_the_settings_say(tmp_path: Path) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    callers: list[str] = []

    def hang_up_on_the_first() -> None:
        with listener:
            call, _ = listener.accept()
            with call:
                callers.append(call.recv(5).decode())

    home = enrolled_home(tmp_path / "home", SmallPark(), registry="http://127.0.0.1:9")
    home.config_file.write_text(f'registry.url = "http://127.0.0.1:{listener.getsockname()[1]}"\n', encoding="utf-8")
    waiting = threading.Thread(target=hang_up_on_the_first, daemon=True)
    waiting.start()
    with open_sync(home) as end:
        assert not end.engine.run_cycle().is_good
    waiting.join(10)
    assert callers in (["GET /"], ["POST "])
