"""price: what a visit costs, from the tables of the set in force on this kiosk."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.errors import EnvironmentalError, UsageError
from ui.commands.common import DAY, EXIT_DONE, EXIT_NO, Function, Output, every_command, language_option

if TYPE_CHECKING:
    from kiosk.rules.policy import PolicySet
    from kiosk.rules.tariff import Line, NoPrice, Price


class ExemptType(click.ParamType[tuple[str, int]]):
    """`pupils=2`."""

    name = "CATEGORY=N"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        """The category and how many come under it."""
        if isinstance(value, tuple):
            return value
        category, _, heads = str(value).partition("=")
        if not category or not (heads.isascii() and heads.isdigit()) or len(heads) > 5:
            self.fail(f"{value!r} is no exemption with its heads: write pupils=2", param, ctx)
        return category, int(heads)


def _party_options(function: Function) -> Function:
    for category in ("other", "preschool", "preferential", "children", "adults"):
        option = click.option(f"--{category}", type=click.IntRange(0, 9999), default=0, help=f"How many {category}.")
        function = option(function)
    return function


@click.command(epilog="Example: qaqpa price --product 2 --adults 2 --children 1 --day 2026-07-14")
@click.option("--product", type=click.IntRange(0), help="The product; its items and vehicle class are in the set.")
@click.option("--item", "items", multiple=True, metavar="ITEM", help="A further item of the tables; may be repeated.")
@_party_options
@click.option("--exempt", type=ExemptType(), multiple=True, help="Heads, or vehicles, under an exemption: pupils=2.")
@click.option("--vehicle", metavar="CLASS", help="The vehicle's class, where the product names none.")
@click.option("--day", type=DAY, help="The first local day (default: today).")
@click.option("--days", type=click.IntRange(1), default=1, show_default=True, help="How many days.")
@language_option
@every_command
def price(
    product: int | None,
    items: tuple[str, ...],
    exempt: tuple[tuple[str, int], ...],
    vehicle: str | None,
    day: date | None,
    days: int,
    language: str,
    folder: Path,
    output: Output,
    **heads: int,
) -> int:
    """Print what a visit costs, line by line, by the tables in force here; works beside a running kiosk."""
    from kiosk.clock import SystemClock
    from kiosk.rules.local_days import day_text
    from kiosk.rules.permit import Party
    from kiosk.rules.tariff import NoPrice, Order, PriceBook
    from kiosk.rules.tariff import price as price_of
    from kiosk.store.home import Home
    from ui.assembly import open_reader

    with open_reader(Home(folder)) as memory:
        policy = memory.policies.current()
        if policy is None:
            raise EnvironmentalError("This kiosk holds no rules of its park yet: connect it to the registry")
        today = day_text(policy.policy.local_day(SystemClock(memory.floor()).now().now))
    wanted, own_class = _items(policy, product, items)
    tables = policy.tables
    order = Order(
        items=wanted,
        day=day.isoformat() if day else today,
        party=Party(**heads),
        vehicle_class=vehicle or own_class,
        days=days,
        concessions=dict(exempt),
    )
    book = PriceBook(tariffs=tables.tariffs, indices=tables.indices, exemptions=tables.exemptions)
    answer = price_of(book, order)
    if isinstance(answer, NoPrice):
        output.result(_no_record(answer), _NO_PRICE[answer.reason.value].format(about=answer.about, day=answer.day))
        return EXIT_NO
    output.result(_record(answer, order.day), list(_lines(answer, language)))
    return EXIT_DONE


def _items(policy: PolicySet, number: int | None, items: tuple[str, ...]) -> tuple[tuple[str, ...], str | None]:
    """The items of a product, blanks between them in the set, and those named beside it; the product's own class."""
    if number is None:
        if not items:
            raise UsageError("Say what is to be priced: --product, or --item")
        return items, None
    product = policy.product_of(number)
    if product is None:
        known = ", ".join(str(one) for one in policy.products)
        raise UsageError(f"This park sells no product {number}; it has {known}")
    if not product.price and not items:
        raise UsageError(f"Product {number} ({product.names.en}) has no price in the set: name items with --item")
    return (*(product.price or "").split(), *items), product.vehicle_class


def _record(answer: Price, day: str) -> dict[str, Any]:
    return {"day": day, "total": answer.total, "currency": "KZT", "lines": [_line_record(one) for one in answer.lines]}


def _line_record(line: Line) -> dict[str, Any]:
    return {
        "item": line.item,
        "since": line.since,
        "unit": str(line.unit),
        "quantity": line.quantity,
        "tenge": line.tenge,
        "total": line.total,
        "concession": line.concession,
    }


def _lines(answer: Price, language: str) -> list[str]:
    from ui.words import number

    told = []
    for line in answer.lines:
        named = line.names.in_language(language) if line.names else line.item
        why = f", {line.concession}" if line.concession else ""
        told.append(
            f"{named}{why}: {line.quantity} × {number(line.tenge, language)} = {number(line.total, language)} ₸"
        )
    return [*told, f"{number(answer.total, language)} ₸"]


def _no_record(answer: NoPrice) -> dict[str, Any]:
    return {"day": answer.day, "total": None, "reason": str(answer.reason), "about": answer.about}


_NO_PRICE = {
    "no_row": "The park's tables have no price of {about!r} for this vehicle class on {day}",
    "no_index": "The index that {about!r} is a multiple of is not known on {day}",
    "unknown_word": "The park's tables use a word this version does not know: {about!r}",
    "no_concession": "{about!r} is no exemption in force on {day}, or for more heads than there are",
    "too_long": "{about} days cannot be priced: at most 366 from {day}",
}
