"""stub until merged"""

from kiosk.store.home import Home


class Reserve:
    def __init__(self, home: Home) -> None:
        self._path = home.kiosk / "reserve"

    @property
    def is_held(self) -> bool:
        return True

    def hold(self) -> None: ...

    def free(self) -> bool:
        return False
