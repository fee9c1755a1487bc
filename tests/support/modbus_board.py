"""A relay board over Modbus, as `pymodbus`'s own server on the loopback: coils that fall by themselves, and inputs.

It flashes a coil as Waveshare's boards do (address 0x0200 + relay, the value in tenths of a second), drops the coil
that holds when its watchdog hears nothing, and can be pulled out and put back on the same port.
"""

from __future__ import annotations

import asyncio
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pymodbus.constants import ExcCodes
from pymodbus.pdu import ModbusPDU
from pymodbus.pdu.bit_message import WriteSingleCoilRequest, WriteSingleCoilResponse
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from kiosk.wiring import Wiring
from tests.support.ports import reserved_port

OPEN, HOLD, FLASH, WATCHDOG = 0, 1, 0x0200, 9
INPUTS = {"opened": 0, "closed": 1, "turned": 2, "loop": 3}


class Wires:
    """The relays and contacts themselves, whatever speaks for them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = {OPEN: 0.0, HOLD: 0.0}
        self.levels = dict.fromkeys(INPUTS, False)
        self.looks = 0
        """How often the inputs were read."""
        self.rises = 0
        """How often the line that opens was told to rise."""
        self.flashed: list[int] = []
        self.words: dict[int, int] = {}
        self.watchdog_seconds: float | None = None
        self._heard = time.monotonic()

    def heard(self) -> None:
        """The board's watchdog is fed."""
        self._heard = time.monotonic()

    def drive(self, coil: int, up: bool) -> None:
        """A coil for good."""
        with self._lock:
            self.rises += up and coil == OPEN
            self._until[coil] = float("inf") if up else 0.0

    def flash(self, tenths: int) -> None:
        """The coil that opens, for so long."""
        with self._lock:
            self.rises += 1
            self.flashed.append(tenths)
            self._until[OPEN] = time.monotonic() + tenths / 10

    def is_up(self, coil: int = OPEN) -> bool:
        """Whether a coil is driven now."""
        now = time.monotonic()
        if self.watchdog_seconds is not None and now - self._heard > self.watchdog_seconds:
            return False
        with self._lock:
            return now < self._until[coil]


class _Coil(WriteSingleCoilRequest):
    """Function 5 as a board reads it: the value is a time where the address is one that flashes."""

    wires: Wires
    is_mute = False
    value = 0

    def decode(self, data: bytes) -> None:
        self.address, self.value = struct.unpack(">HH", data[:4])
        self.bits = [bool(self.value)]

    async def datastore_update(self, context: object, device_id: int) -> ModbusPDU:
        wires = type(self).wires
        if self.address == FLASH:
            wires.flash(self.value)
        else:
            wires.drive(self.address, up=self.value == 0xFF00)
        if type(self).is_mute:
            return None  # type: ignore[return-value]
        return WriteSingleCoilResponse(
            address=self.address, bits=self.bits, dev_id=self.dev_id, transaction_id=self.transaction_id
        )


async def _cut(loop: asyncio.AbstractEventLoop) -> None:
    """End every connection, also one that is only just accepted and that the server does not know yet."""
    for _ in range(3):
        for transport in list(loop._transports.values()):  # type: ignore[attr-defined]
            transport.abort()
        await asyncio.sleep(0.02)


async def _end(loop: asyncio.AbstractEventLoop, server: ModbusTcpServer) -> None:
    """Accept nobody any more, let those just accepted arrive, and only then close.

    asyncio forgets a connection, and never closes it, whose server closes between its acceptance and its transport.
    """
    for listener in server.transport.sockets:  # type: ignore[attr-defined]
        loop.remove_reader(listener.fileno())
    await asyncio.sleep(0.02)
    await server.shutdown()  # type: ignore[no-untyped-call]


class ModbusBoardServer:
    """The board on the network."""

    def __init__(self, port: int) -> None:
        self.port, self.wires = port, Wires()
        self.coil: type[_Coil] = type("Coil", (_Coil,), {"wires": self.wires})
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._server: ModbusTcpServer | None = None

    def wiring(self, **more: object) -> Wiring:
        """How a kiosk is told of it."""
        return Wiring(address=f"127.0.0.1:{self.port}", open=OPEN, **more)  # type: ignore[arg-type]

    def lose_answers(self, lost: bool = True) -> None:
        """Do what is ordered, and say nothing."""
        self.coil.is_mute = lost

    def start(self) -> None:
        """Plug it in."""
        up = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(up,), daemon=True)
        self._thread.start()
        assert up.wait(20)

    def stop(self) -> None:
        """Pull it out."""
        if self._loop is None or self._server is None or self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(_end(self._loop, self._server), self._loop).result(20)
        self._thread.join(20)
        self._server = None

    def _serve(self, up: threading.Event) -> None:
        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            self._server = ModbusTcpServer(self.device(), address=("127.0.0.1", self.port), custom_pdu=[self.coil])
            await self._server.serve_forever(background=True)
            up.set()
            await self._server.serving
            await _cut(self._loop)

        asyncio.run(serve())

    def device(self) -> SimDevice:
        """What a server speaks for, whichever line it is on."""
        bits = [SimData(0, count=16, values=False, datatype=DataType.BITS)]
        words = [SimData(0, count=16, values=0, datatype=DataType.REGISTERS)]
        return SimDevice(1, simdata=(bits, list(bits), words, list(words)), action=self._act)

    async def _act(
        self,
        function: int,
        start: int,
        address: int,
        count: int,
        registers: list[int],
        values: list[int] | list[bool] | None,
    ) -> ExcCodes | None:
        if function == 6 and values:
            self.wires.words[address] = int(values[0])
            self.wires.heard()
        levels = {line: self.wires.levels[name] for name, line in INPUTS.items()}
        if function == 1:
            levels = {coil: self.wires.is_up(coil) for coil in (OPEN, HOLD)}
        self.wires.looks += function == 2
        if function in (1, 2):
            registers[0] = sum(level << line for line, level in levels.items())  # sixteen of them to a register
        return None


@contextmanager
def modbus_board() -> Iterator[ModbusBoardServer]:
    """A board that is plugged in, on a port of its own."""
    with reserved_port() as port:
        board = ModbusBoardServer(port)
        board.start()
        try:
            yield board
        finally:
            board.stop()
