"""PySide6's Property with the type it has in life: on an instance it is its value, which the stubs do not say."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

Value = TypeVar("Value")

if TYPE_CHECKING:

    class _Typed(Generic[Value]):
        def __get__(self, instance: object, owner: object) -> Value: ...

        def __set__(self, instance: object, value: Value) -> None: ...

        def setter(self, write: Callable[[Any, Any], None]) -> "_Typed[Value]": ...

    def Property(kind: object, *, notify: object = None) -> Callable[[Callable[[Any], Value]], _Typed[Value]]:
        """A property that QML sees, of a Qt type or its name."""
        ...

else:
    from PySide6.QtCore import Property

__all__ = ["Property"]
