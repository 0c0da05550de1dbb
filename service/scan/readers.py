"""The reader of each format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.scan.files import File
from service.scan.jsonl import JsonlReader
from service.scan.record import Reader
from service.scan.table import TableReader
from service.scan.text import TextReader


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read: `fields` of records, all where there are none; `delimiter` in place of a comma or tab."""

    encoding: str = "utf-8"
    fields: Sequence[str] = ()
    delimiter: str | None = None
    copied: bool = False
    """Whether copies are written, for which all of a file is needed."""

    def reader(self, index: int, file: File) -> Reader:
        """Raises nothing: what is wrong with a file is found when it is read."""
        match file.format:
            case "text":
                return TextReader(index, file, self.encoding)
            case "jsonl":
                return JsonlReader(index, file, self.encoding, self.fields)
            case "csv" | "tsv":
                delimiter = self.delimiter or ("\t" if file.format == "tsv" else ",")
                return TableReader(index, file, self.encoding, delimiter, self.fields)
            case "parquet":
                # Takes a while, and memory, where there is no such file.
                from service.scan.parquet import ParquetReader

                return ParquetReader(index, file, self.fields, copied=self.copied)
