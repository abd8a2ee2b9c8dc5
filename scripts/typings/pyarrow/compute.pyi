# PyArrow makes its functions at run time, which a type checker cannot see.
from typing import Any

def __getattr__(name: str) -> Any: ...
