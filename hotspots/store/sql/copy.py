"""Whole tables in and out of PostgreSQL by COPY: the fastest way there is, with no loop over rows."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    import pyarrow as pa


def copy_out(connection: psycopg.Connection[Any], sql: str, parameters: Mapping[str, Any]) -> pa.Table:
    """Read what `copy (…) to stdout with (format csv, header)` sends as an Arrow table, its types found from the text.

    An empty answer keeps its column names; its columns are then of type null.
    """
    from pyarrow import csv

    with connection.cursor() as cursor, cursor.copy(sql, dict(parameters)) as copy:  # pyright: ignore[reportArgumentType]
        data = b"".join(bytes(block) for block in copy)
    return csv.read_csv(io.BytesIO(data))


def copy_in(connection: psycopg.Connection[Any], sql: str, table: pa.Table) -> int:
    """Send an Arrow table to `copy … from stdin with (format csv)`, columns in its order; return the number of rows.

    Nulls become null, empty text stays empty text.
    """
    from pyarrow import csv

    buffer = io.BytesIO()
    csv.write_csv(table, buffer, csv.WriteOptions(include_header=False))
    with connection.cursor() as cursor, cursor.copy(sql) as copy:  # pyright: ignore[reportArgumentType]
        copy.write(buffer.getbuffer())
    return table.num_rows
