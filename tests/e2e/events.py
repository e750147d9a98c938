"""Reads TensorBoard's event files without TensorBoard."""

import pathlib
import struct


def _records(content):
    while content:
        (length,) = struct.unpack_from("<Q", content)
        yield content[12:12 + length]
        content = content[12 + length + 4:]


def _fields(message):
    """The (number, value) pairs of a protobuf message; lengths, doubles and floats as bytes."""
    i = 0

    def varint():
        nonlocal i
        value = shift = 0
        while True:
            byte = message[i]
            i += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while i < len(message):
        key = varint()
        kind = key & 7
        if kind == 0:
            yield key >> 3, varint()
            continue
        size = {1: 8, 5: 4}.get(kind)
        if size is None:
            size = varint()
        yield key >> 3, message[i:i + size]
        i += size


def scalars(run):
    """{tag: [(step, value), ...]} of a run, its event files in TensorBoard's order."""
    curves = {}
    for file in sorted(pathlib.Path(run).glob("events.out.tfevents.*")):
        for record in _records(file.read_bytes()):
            event = dict(_fields(record))
            for number, value in _fields(event.get(5, b"")):
                scalar = dict(_fields(value))
                point = (event.get(2, 0), struct.unpack("<f", scalar[2])[0])
                curves.setdefault(scalar[1].decode(), []).append(point)
    return curves
