"""Memory of the units that run together: a row per field, a column (lane) per unit.

Rows are at fixed distances from each other in one stretch of memory, so that the compiler sees that lanes do not
overlap and computes several of them with one instruction.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types

from alliance_sim.compiled import instruction, lanes

LANES = lanes()
"""Units that run together, by the machine (`compiled.lanes`)."""

Memory = np.ndarray
"""Rows of LANES numbers of 8 bytes, one after another: number (row, lane) is at row * LANES + lane."""

DOUBLE = ir.DoubleType()
WORD = ir.IntType(64)


SHARED, OWN, RECORD = range(3)
"""Stretches of the memory that never overlap: a therapist's, a client's, a session's."""


def _apart(builder: Any, stretch: int, instruction: Any) -> Any:
    """Tell the compiler that this access never meets one to another stretch: no check is needed."""
    module = builder.module
    domain = module.add_metadata(["lanes"])
    scopes = [module.add_metadata([f"stretch {k}", domain]) for k in range(3)]
    instruction.set_metadata("alias.scope", module.add_metadata([scopes[stretch]]))
    instruction.set_metadata("noalias", module.add_metadata([scope for k, scope in enumerate(scopes) if k != stretch]))
    return instruction


def _place(context: Any, builder: Any, memory_type: Any, memory: Any, row: Any, lane: Any) -> Any:
    """The address of (row, lane)."""
    data = context.make_array(memory_type)(context, builder, memory).data
    first = builder.gep(data, [builder.mul(row, WORD(LANES))], inbounds=True)
    return builder.gep(first, [lane], inbounds=True)


@instruction
def put(typing: Any, memory: Any, stretch: Any, row: Any, lane: Any, values: Any) -> Any:  # noqa: ARG001
    """Write the fields of a NamedTuple into rows from `row` on: floats as they are, whole numbers as int64."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        fields = arguments[4]
        place = _place(context, builder, memory, arguments[0], *arguments[2:4])
        for k, kind in enumerate(signature.args[4]):
            value = builder.extract_value(fields, k)
            if kind != types.float64:
                value = builder.bitcast(context.cast(builder, value, kind, types.int64), DOUBLE)
            at = builder.gep(place, [WORD(k * LANES)], inbounds=True)
            _apart(builder, stretch.literal_value, builder.store(value, at))
        return context.get_dummy_value()

    return types.void(memory, stretch, types.int64, types.int64, values), code


@instruction
def got(typing: Any, memory: Any, stretch: Any, row: Any, lane: Any, like: Any) -> Any:  # noqa: ARG001
    """The fields of a NamedTuple in rows from `row` on, of the types of `like`."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place = _place(context, builder, memory, arguments[0], *arguments[2:4])
        fields = arguments[4]
        for k, kind in enumerate(signature.args[4]):
            at = builder.gep(place, [WORD(k * LANES)], inbounds=True)
            value = _apart(builder, stretch.literal_value, builder.load(at))
            if kind != types.float64:
                value = builder.bitcast(value, WORD)
            fields = builder.insert_value(fields, value, k)
        return fields

    return like(memory, stretch, types.int64, types.int64, like), code
