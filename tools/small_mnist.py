#!/usr/bin/env python3
"""The first images of a data set in MNIST's format, for tests that run slowly: small_mnist.py FROM TO TRAIN TEST"""
import gzip
import pathlib
import struct
import sys


def shorten(source, target, count):
    data = gzip.open(source).read()
    rank = data[3]
    sizes = list(struct.unpack(f">{rank}I", data[4:4 + 4 * rank]))
    row = 1
    for size in sizes[1:]:
        row *= size
    sizes[0] = min(count, sizes[0])
    body = data[4 + 4 * rank:][:sizes[0] * row]
    target.write_bytes(data[:4] + struct.pack(f">{rank}I", *sizes) + body)


def main():
    source, target = map(pathlib.Path, sys.argv[1:3])
    target.mkdir(parents=True, exist_ok=True)
    for part, count in (("train", int(sys.argv[3])), ("t10k", int(sys.argv[4]))):
        for kind in ("images-idx3", "labels-idx1"):
            name = f"{part}-{kind}-ubyte"
            shorten(source / f"{name}.gz", target / name, count)


if __name__ == "__main__":
    main()
