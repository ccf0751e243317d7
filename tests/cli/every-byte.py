# SPDX-License-Identifier: MIT
"""Names that hold every byte, and what the formats made of them.

    every-byte.py FILE                         writes the names, each ended by NUL
    every-byte.py create FILE DIR              makes files of these names
    every-byte.py compare FILE FORMAT... <RECORDS   reads the names back from records
"""

import base64
import csv
import io
import json
import os
import sys

HARMFUL = [
    b"-rf",
    b"--",
    b"*",
    b"$(touch canary)",
    b"`touch canary`",
    b";touch canary;",
    b"'\"'\"",
    b"\\",
    b"\\n",
    b"a\r\nb",
    b"\x1b]0;title\x07",
    b"\xc2\x9b31m",
    "\u202eesrever".encode(),
    "\u2028".encode(),
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xc0\xaf",
    b"%s%n",
    b" ",
    b",",
    b'"',
    b"n" * 255,
    b"\xff" * 255,
]


def names():
    for byte in range(1, 256):
        if byte != ord("/"):
            yield b"x" + bytes([byte]) + b"y"
    yield from HARMFUL


def from_json(data):
    for line in data.splitlines():
        record = json.loads(line.decode("utf-8"))
        if record["event"] == "create":
            path = record["path"].encode()
            if "path_b64" in record:
                path = base64.b64decode(record["path_b64"])
            yield path[len("d/") :]


def from_csv(data):
    text = io.StringIO(data.decode("latin-1"), newline="")
    return [row[2].encode("latin-1") for row in csv.reader(text)]


def read_back(formats, data):
    if "-j" in formats:
        return list(from_json(data))
    if "-c" in formats:
        return from_csv(data)
    return data.split(b"\0")[:-1]


def read_names(path):
    with open(path, "rb") as file:
        return file.read().split(b"\0")[:-1]


def main():
    if sys.argv[1] == "create":
        for name in read_names(sys.argv[2]):
            os.close(os.open(os.path.join(os.fsencode(sys.argv[3]), name), os.O_CREAT))
    elif sys.argv[1] == "compare":
        told = read_back(sys.argv[3:], sys.stdin.buffer.read())
        expected = read_names(sys.argv[2])
        for one, other in zip(told, expected):
            if one != other:
                sys.exit("%r was told as %r" % (other, one))
        if len(told) != len(expected):
            sys.exit("%d names, %d told" % (len(expected), len(told)))
    else:
        with open(sys.argv[1], "wb") as file:
            file.write(b"".join(name + b"\0" for name in names()))


main()
