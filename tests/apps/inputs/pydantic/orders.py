"""Models, validation, serialisation and a JSON schema."""

import datetime
import json
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field, ValidationError, field_validator


class Item(BaseModel):
    name: str
    count: Annotated[int, Field(gt=0)] = 1
    price: Decimal


class Order(BaseModel):
    id: int
    placed: datetime.date
    items: list[Item]
    total: Decimal | None = None

    @field_validator("items")
    @classmethod
    def not_empty(cls, items):
        if not items:
            raise ValueError("an order has items")
        return items

    def priced(self):
        return self.model_copy(update={"total": sum(item.count * item.price for item in self.items)})


order = Order.model_validate_json('{"id": "7", "placed": "2026-11-22", "items": [{"name": "shell", "count": 2, "price": "6.25"}]}')
print(order.priced().model_dump_json())
try:
    Order(id="seven", placed="2026-11-22", items=[{"name": "shell", "count": 0, "price": 1}])
except ValidationError as error:
    print(error)
print(json.dumps(Order.model_json_schema(), sort_keys=True))
