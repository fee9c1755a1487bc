"""A barrier on a relay board over Modbus TCP or RTU. The only home of `pymodbus`.

Nothing is ever sent twice by itself: pymodbus would repeat a request whose answer is lost, and a repeated pulse lets a
second car in. A board that ends its pulses itself (`flash`, `pulse_register`) drops the line whatever becomes of us.
"""

from __future__ import annotations

import logging
import math
import select
import socket
import struct

from pymodbus.client import ModbusSerialClient, ModbusTcpClient
from pymodbus.exceptions import ModbusException
from pymodbus.pdu import ExceptionResponse, ModbusPDU
from pymodbus.pdu.bit_message import ReadCoilsRequest, ReadDiscreteInputsRequest, WriteSingleCoilRequest
from pymodbus.pdu.register_message import WriteSingleRegisterRequest

from kiosk.devices.boards import HOLD_SECONDS, BoardError, Reading, Rising
from kiosk.devices.problems import Problem
from kiosk.wiring import INPUTS, Wiring

FLASH_UNIT_MILLISECONDS = 100
LARGEST_VALUE = 0xFFFF
MOST_TOGETHER = 64
logging.getLogger("pymodbus.logging").setLevel(logging.CRITICAL)  # what fails is told once, by the barrier's health


class Flash(WriteSingleCoilRequest):
    """A coil that the board raises and lets go again after so many tenths of a second.

    The function is that of one coil, and the value a time instead of on or off: so do Waveshare's boards and their like
    (coil 0x0200 + relay, "flash on").
    """

    def __init__(self, address: int = 0, tenths: int = 0, dev_id: int = 1) -> None:
        super().__init__(address=address, bits=[True], dev_id=dev_id)
        self.tenths = tenths

    def encode(self) -> bytes:
        """The address and the time."""
        return struct.pack(">HH", self.address, self.tenths)


class ModbusBoard:
    """A board of coils and inputs."""

    poll_seconds = 0.1

    def __init__(self, wiring: Wiring) -> None:
        assert wiring.address is not None
        self._wiring, self._address = wiring, wiring.address
        self._unit = wiring.unit or 1
        self._client: ModbusTcpClient | ModbusSerialClient | None = None
        self._rises = {"turned": Rising(), "loop": Rising()}
        self._is_pulsed = self._is_held = False
        self._watchdog = 0

    @property
    def name(self) -> str:
        """Which board."""
        return f"The barrier's board at {self._address}"

    @property
    def times_pulses(self) -> bool:
        """Where it has a coil or a register for that."""
        return self._wiring.flash is not None or self._wiring.pulse_register is not None

    @property
    def renews_hold(self) -> bool:
        """Where no coil was named for it, and a flash can be given again."""
        return self._wiring.hold is None and self._wiring.flash is not None

    def connect(self, within: float) -> None:
        """Open the line to the board."""
        self.release()
        client = self._made(within)
        if not client.connect():
            raise BoardError(f"{self.name} does not answer", Problem.BARRIER_MISSING)
        self._client = client

    def pulse(self, milliseconds: int, within: float) -> None:
        """Have the board open for so long, or raise the coil until `lower`."""
        wiring = self._wiring
        if wiring.flash is not None:
            self._flash(milliseconds, within)
        elif wiring.pulse_register is not None:
            value = math.ceil(milliseconds / (wiring.pulse_unit_milliseconds or 1))
            self._order(self._register(wiring.pulse_register, min(value, LARGEST_VALUE)), within)
        else:
            self._is_pulsed = True
            self._raise_open(within)

    def lower(self, within: float) -> None:
        """Let go the coils that the board itself would leave up."""
        self._is_pulsed = False
        if not self.times_pulses and not (self._is_held and self._wiring.hold is None):
            self._raise_open(within)
        if self._wiring.hold is not None and not self._is_held:
            self._order(self._coil("hold", up=False), within)

    def hold(self, held: bool, within: float) -> None:
        """Raise the coil that holds; without one a flash that is given again, or the coil that opens."""
        wiring = self._wiring
        if wiring.hold is not None:
            self._order(self._coil("hold", up=held), within)
            self._is_held = held
        elif wiring.flash is not None and held:
            self._flash(HOLD_SECONDS * 1000, within)
            self._is_held = True
        elif wiring.open is not None:
            self._is_held = held
            self._raise_open(within)
        elif wiring.flash is not None:
            self._flash(FLASH_UNIT_MILLISECONDS, within)  # the shortest there is takes the place of the long one
            self._is_held = False
        else:
            raise BoardError(f"{self.name} has no coil that holds (barrier.hold)", Problem.BARRIER_FAULTED)

    def read(self, within: float) -> Reading:
        """The inputs and the coil that opens, and a word to the board's watchdog where it has one."""
        if self._wiring.watchdog_register is not None:
            self._watchdog = self._watchdog % LARGEST_VALUE + 1  # some count any word, some only one that changed
            self._ask(self._register(self._wiring.watchdog_register, self._watchdog), within)
        inputs = self._inputs(within)
        output = self._output(within)
        return Reading(
            opened=inputs.get("opened"),
            closed=inputs.get("closed"),
            output=output,
            turns=self._rises["turned"].look(inputs.get("turned")),
            crossings=self._rises["loop"].look(inputs.get("loop")),
        )

    def release(self) -> None:
        """Close the line; what the board times goes on there."""
        client, self._client = self._client, None
        if client is not None:
            client.close()  # type: ignore[no-untyped-call]

    def _made(self, within: float) -> ModbusTcpClient | ModbusSerialClient:
        # retries=0: each would be the same pulse once more
        if self._address.startswith("/"):
            wiring = self._wiring
            baud, parity = wiring.baud or 9600, wiring.parity or "N"
            return ModbusSerialClient(self._address, baudrate=baud, parity=parity, timeout=within / 2, retries=0)
        host, _, port = self._address.rpartition(":")
        return ModbusTcpClient(host.strip("[]"), port=int(port), timeout=within / 2, retries=0)

    def _inputs(self, within: float) -> dict[str, bool]:
        """All inputs by one request where they lie together, else each by its own."""
        wanted = {name: line for name in INPUTS if isinstance(line := getattr(self._wiring, name), int)}
        lines = sorted(set(wanted.values()))
        is_one = bool(lines) and lines[-1] - lines[0] < MOST_TOGETHER
        levels: dict[int, bool] = {}
        for first, last in [(lines[0], lines[-1])] if is_one else [(line, line) for line in lines]:
            request = ReadDiscreteInputsRequest(address=first, count=last - first + 1, dev_id=self._unit)
            levels |= dict(enumerate(self._bits(self._ask(request, within), last - first + 1), start=first))
        return {name: levels[line] is not (name in self._wiring.inverted) for name, line in wanted.items()}

    def _output(self, within: float) -> bool | None:
        if not isinstance(self._wiring.open, int):
            return None
        request = ReadCoilsRequest(address=self._wiring.open, count=1, dev_id=self._unit)
        return self._bits(self._ask(request, within), 1)[0] is not ("open" in self._wiring.inverted)

    def _bits(self, answer: ModbusPDU, wanted: int) -> list[bool]:
        if len(answer.bits) < wanted:
            raise BoardError(f"{self.name} told less than it was asked for", Problem.BARRIER_FAULTED)
        return list(answer.bits)

    def _raise_open(self, within: float) -> None:
        """The coil that opens, as pulse and hold want it together."""
        self._order(self._coil("open", up=self._is_pulsed or self._is_held), within)

    def _flash(self, milliseconds: int, within: float) -> None:
        assert self._wiring.flash is not None
        tenths = min(max(1, math.ceil(milliseconds / FLASH_UNIT_MILLISECONDS)), LARGEST_VALUE)
        self._order(Flash(self._wiring.flash, tenths, self._unit), within)

    def _coil(self, name: str, *, up: bool) -> WriteSingleCoilRequest:
        line = getattr(self._wiring, name)
        return WriteSingleCoilRequest(address=line, bits=[up is not (name in self._wiring.inverted)], dev_id=self._unit)

    def _register(self, address: int, value: int) -> WriteSingleRegisterRequest:
        return WriteSingleRegisterRequest(address=address, registers=[value], dev_id=self._unit)

    def _order(self, request: ModbusPDU, within: float) -> None:
        self._ask(request, within, is_order=True)

    def _ask(self, request: ModbusPDU, within: float, *, is_order: bool = False) -> ModbusPDU:
        """The board's answer; a BoardError after an order went out is doubtful."""
        client = self._expect_client(within)
        client.comm_params.timeout_connect = within / 2  # the library may wait once more for the rest of an answer
        try:
            answer = client.execute(no_response_expected=False, request=request)
        except Exception as error:  # whatever a board answers with, it ends no thread of ours
            said = "does not answer" if isinstance(error, ModbusException | OSError) else "answers nonsense"
            self.release()
            raise BoardError(f"{self.name} {said}", Problem.BARRIER_MISSING, is_doubtful=is_order) from error
        if isinstance(answer, ExceptionResponse):
            why = f"says no to function {request.function_code} (exception {answer.exception_code})"
            raise BoardError(f"{self.name} {why}", Problem.BARRIER_FAULTED)
        return answer

    def _expect_client(self, within: float) -> ModbusTcpClient | ModbusSerialClient:
        """The line to the board; one that the board has closed meanwhile, or holds a late answer, is opened anew."""
        if self._client is None:
            raise BoardError(f"{self.name} is not connected", Problem.BARRIER_MISSING)
        line = self._client.socket
        if isinstance(line, socket.socket) and select.select([line], [], [], 0)[0]:
            self.connect(within)
        return self._client
