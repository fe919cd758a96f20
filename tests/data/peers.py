#!/usr/bin/env python3
"""NumPy and Pillow, whose files Linnet reads and which read Linnet's. tests/data/peers_test.cpp runs this.

  peers.py make FOLDER     writes files of every kind, and beside each x.<kind> what is in it as x.npy (float64 or uint8)
  peers.py check FOLDER    reads the files that the test has written and exits with 1 if one is not as it should be
"""
import pathlib
import sys

import numpy
from PIL import Image

DTYPES = ["bool", "uint8", "int8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16", "float32", "float64"]


def numbers(dtype):
    return (numpy.arange(24).reshape(2, 3, 4) * 3 % 7 - (0 if dtype.startswith(("u", "b")) else 3)).astype(dtype)


def colours(height, width, channels):
    values = numpy.arange(height * width * channels) * 37 + numpy.arange(height * width * channels) // 11 * 5
    return (values % 256).astype("uint8").reshape(height, width, channels)


def make_arrays(folder):
    for dtype in DTYPES:
        x = numbers(dtype)
        numpy.save(folder / f"{dtype}.npy", x)
        numpy.save(folder / f"{dtype}-fortran.npy", numpy.asfortranarray(x))
        numpy.save(folder / f"{dtype}-swapped.npy", x.astype(x.dtype.newbyteorder(">")))
    for version in [(1, 0), (2, 0), (3, 0)]:
        with open(folder / f"version{version[0]}.npy", "wb") as file:
            numpy.lib.format.write_array(file, numbers("float32"), version=version)
    numpy.save(folder / "objects.npy", numpy.array([{"a": 1}], dtype=object), allow_pickle=True)
    numpy.save(folder / "complex.npy", numpy.zeros(2, "complex64"))
    arrays = {"x": numbers("float32"), "y": numbers("int64"), "empty": numpy.zeros((0, 3))}
    numpy.savez(folder / "stored.npz", **arrays)
    numpy.savez_compressed(folder / "deflated.npz", **arrays)


def make_pictures(folder):
    def save(name, image, **options):
        image.save(folder / name, **options)
        stem = name.replace(".", "_")
        numpy.save(folder / f"{stem}-rgb.npy", numpy.asarray(image_again(folder / name).convert("RGB")))
        numpy.save(folder / f"{stem}-grayscale.npy", numpy.asarray(image_again(folder / name).convert("L"))[..., None])

    def image_again(path):
        return Image.open(path)

    rgb = Image.fromarray(colours(40, 30, 3))
    smooth = rgb.resize((61, 47), Image.BICUBIC)
    save("rgb.png", rgb)
    save("grey.png", rgb.convert("L"))
    save("bits.png", rgb.convert("1"))
    save("palette.png", rgb.convert("P", palette=Image.ADAPTIVE, colors=16))
    save("colour.jpg", smooth, quality=90)
    save("progressive.jpg", smooth, quality=80, progressive=True)
    save("full.jpg", smooth, quality=95, subsampling=0)
    save("grey.jpg", smooth.convert("L"))
    save("cmyk.jpg", smooth.convert("CMYK"))
    for name, method in [("bilinear", Image.BILINEAR), ("bicubic", Image.BICUBIC), ("lanczos3", Image.LANCZOS),
                         ("nearest", Image.NEAREST)]:
        numpy.save(folder / f"resized-{name}.npy", numpy.asarray(rgb.resize((17, 23), method)))


def check(folder):
    wrong = []

    def expect(name, ok):
        if not ok:
            wrong.append(name)

    for dtype in ["bool", "uint8", "int32", "int64", "float32", "float64"]:
        x = numpy.load(folder / f"{dtype}.npy")
        expect(dtype, x.dtype == dtype and numpy.array_equal(x, numbers("int64").astype(dtype)))
    for name in ["stored", "deflated"]:
        archive = numpy.load(folder / f"{name}.npz")
        expect(name, archive.files == ["x", "空"] and numpy.array_equal(archive["x"], numpy.arange(6, dtype="float32")))
        expect(name, archive["空"].shape == (0, 2))
    for channels, mode in [(1, "L"), (2, "LA"), (3, "RGB"), (4, "RGBA")]:
        image = Image.open(folder / f"{channels}.png")
        expect(mode, image.mode == mode)
        expect(mode, numpy.array_equal(numpy.asarray(image).reshape(40, 30, channels), colours(40, 30, channels)))
    if wrong:
        sys.exit("not as it should be: " + ", ".join(wrong))


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[2])
    if sys.argv[1] == "make":
        make_arrays(target)
        make_pictures(target)
    else:
        check(target)
