"""Work that is done piece by piece on all cores; every finished piece is kept, so that nothing is done twice."""

import hashlib
import io
import json
import pickle
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from alliance_sim.experiment.workers import Workers, each
from alliance_sim.files.sums import pieces_in, remove_damaged, whole_of, write_piece
from alliance_sim.sources import PACKAGE, behind

if TYPE_CHECKING:
    import pandas as pd

Advance: TypeAlias = Callable[[int], None]
"""Called with the number of steps just done."""

Stage: TypeAlias = Callable[[str, int], Advance]
"""Called with what comes next and how many steps it has; gives back what to call with steps as they are done."""


class StageSize(NamedTuple):
    """A stage as it is known before the work begins: how its name begins, its steps (at most), and what a step costs.

    The unit of the cost is that of all stages of the work.
    """

    label: str
    steps: int
    cost: float = 1.0


def size_of(sizes: Sequence[StageSize], name: str) -> StageSize | None:
    """The size of the stage of a name; None for one that costs next to nothing."""
    named = (size for size in sizes if name.startswith(size.label))
    return max(named, key=lambda size: len(size.label), default=None)  # "wave 20" also begins as "wave 2" does


class Piece(NamedTuple):
    """A part of some work: what it is given (it must survive pickling), and a text that differs from all others.

    The key must name everything that decides the rows but for the code, which is found by machine (`made_by`).
    """

    key: str
    given: tuple[Any, ...]
    steps: int = 1  # that its end counts in the progress


def silent(_: str, __: int) -> Advance:
    """A stage that shows nothing."""
    return lambda _: None


class _Modules(pickle.Pickler):
    """Notes the modules of all functions and classes that are met when something is pickled."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO())
        self.met: set[str] = set()

    def reducer_override(self, obj: Any) -> Any:
        self.met.add(getattr(obj if isinstance(obj, type) or callable(obj) else type(obj), "__module__", None) or "")
        return (tuple, ()) if isinstance(obj, FunctionType) else NotImplemented  # a function's module is all of it


def made_by(*given: Any) -> str:
    """A hash of the code that some work rests on: of its functions, of what they are given, and of all they import."""
    modules = _Modules()
    modules.dump(given)
    ours = sorted(name for name in modules.met if name.split(".")[0] == PACKAGE.name)
    files = (str(getattr(sys.modules.get(name), "__file__", "")) for name in sorted(modules.met - {*ours}))
    others = [Path(file).read_bytes() for file in files if file.endswith(".py")]
    return hashlib.blake2b(b"".join([behind(*ours).encode(), *others]), digest_size=8).hexdigest()


def key_of(*parts: object) -> str:
    """A text that differs for any other parts: canonical JSON, floats with all of their digits."""
    return json.dumps(parts, sort_keys=True, separators=(",", ":"), default=str)


def kept(
    work: "Callable[..., pd.DataFrame]", pieces: Sequence[Piece], folder: Path, workers: Workers, progress: Advance
) -> "pd.DataFrame":
    """The rows that `work(*piece.given)` gives, of all pieces in their order; only missing pieces are worked on.

    `work` is a function of a module. Pieces are kept in `folder` as Parquet files, each under a hash of its code, its
    function and its key, and written whole or not at all: work that was stopped or killed goes on with what is there.
    The rows are the same whoever the workers are. One that is killed is replaced; raises what `workers.each` raises.
    """
    import pandas as pd

    folder.mkdir(parents=True, exist_ok=True)
    name = f"{getattr(work, '__module__', '')}.{getattr(work, '__qualname__', '')}"
    stems = [_address(work, name, piece) for piece in pieces]
    there = pieces_in(folder)
    found: list[pd.DataFrame | None] = []
    for piece, stem in zip(pieces, stems, strict=True):
        found.append(_read(there.get(stem, [])))
        if found[-1] is not None:
            progress(piece.steps)
    missing = [k for k, rows in enumerate(found) if rows is None]
    if workers == 1 or (len(missing) == 1 and isinstance(workers, int)):
        for k in missing:
            found[k] = _keep(folder, stems[k], work(*pieces[k].given))
            progress(pieces[k].steps)
    elif missing:

        def keep(n: int, rows: "pd.DataFrame") -> None:
            found[missing[n]] = _keep(folder, stems[missing[n]], rows)
            progress(pieces[missing[n]].steps)

        each(work, [pieces[k].given for k in missing], workers, keep)
    rows = [piece for piece in found if piece is not None and len(piece)]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame()


def _address(work: "Callable[..., pd.DataFrame]", name: str, piece: Piece) -> str:
    code = made_by(work, piece.given)
    return hashlib.blake2b(key_of(code, name, piece.key).encode(), digest_size=16).hexdigest()


def _read(files: Sequence[Path]) -> "pd.DataFrame | None":
    """The rows of a finished piece; None where there is none. One that is damaged is named, and is worked on again."""
    file = whole_of(files)
    if file is not None:
        import pandas as pd

        return pd.read_parquet(file, partitioning=None)  # the name of a folder is no column
    remove_damaged(files)
    return None


def _keep(folder: Path, stem: str, rows: "pd.DataFrame") -> "pd.DataFrame":
    """Write a piece under its name once it is whole, and give back what will be read of it."""
    import pandas as pd

    file = write_piece(folder, stem, ".parquet", lambda temporary: rows.to_parquet(temporary, index=False))
    return pd.read_parquet(file, partitioning=None)
