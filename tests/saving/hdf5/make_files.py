#!/usr/bin/env python3
"""Writes the small HDF5 files of this folder, with h5py 3.7 on HDF5 1.10.8: ./make_files.py [FOLDER]"""
import ctypes
import pathlib
import sys

import h5py
import numpy as np

folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
folder = folder if folder.is_dir() else folder.parent


def write(name, fill, **options):
    with h5py.File(folder / name, "w", **options) as file:
        fill(file)


def write_small_nodes(name, fill):
    """With B-trees of two or four entries a node, so that small files have trees of several levels. h5py does not offer this."""
    properties = h5py.h5p.create(h5py.h5p.FILE_CREATE)
    library = ctypes.CDLL("libhdf5_serial.so.103")
    set_group_nodes, set_chunk_nodes = library.H5Pset_sym_k, library.H5Pset_istore_k
    set_group_nodes.argtypes = [ctypes.c_int64, ctypes.c_uint, ctypes.c_uint]
    set_chunk_nodes.argtypes = [ctypes.c_int64, ctypes.c_uint]
    if set_group_nodes(properties.id, 1, 1) < 0 or set_chunk_nodes(properties.id, 2) < 0:
        raise RuntimeError("HDF5 refused")
    with h5py.File(h5py.h5f.create(bytes(folder / name), fcpl=properties)) as file:
        fill(file)


def types(file):
    for name in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]:
        values = np.array([1, 2, 100]) if name[0] == "u" else np.array([-1, 2, 100])
        file["little/" + name] = values.astype("<" + name)
        file["big/" + name] = values.astype(">" + name)
    file["bool"] = np.array([True, False, True])
    file["bfloat16"] = np.array([0x3f80, 0xc000], "<u2").view("V2")  # as Keras: opaque, with an attribute
    file["bfloat16"].attrs["dtype"] = "bfloat16"
    file["scalar"] = np.float32(7)
    file["empty"] = np.zeros((0, 3), "f4")
    file["null"] = h5py.Empty("f4")
    file.create_dataset("unwritten", (2, 2), "f4")
    file.create_dataset("filled", (2, 2), ">i2", fillvalue=300)


def chunks(file):
    values = np.arange(7 * 5).reshape(7, 5)
    file.create_dataset("packed", data=values.astype("i4"), chunks=(4, 2), compression="gzip", shuffle=True)
    file.create_dataset("shuffled", data=values.astype(">f8"), chunks=(4, 5), shuffle=True)
    file.create_dataset("growing", data=np.arange(3, dtype="i8"), maxshape=(None,), chunks=(8,), compression="gzip")
    file.create_dataset("unwritten", (4, 4), "f4", chunks=(2, 2), compression="gzip")
    part = file.create_dataset("part", (4, 4), "i4", chunks=(2, 2), fillvalue=-5)
    part[2:, :2] = 1
    file.create_dataset("cube", data=np.arange(24, dtype="i2").reshape(2, 3, 4), chunks=(1, 2, 3))
    many = file.create_dataset("many", (10,), "u1", chunks=(1,))
    many[:] = np.arange(10)


def attributes(file):
    file.attrs["one"] = "text"
    file.attrs["none"] = ""
    file.attrs["chinese"] = "中文"
    file.attrs["list"] = ["a", "bcd", ""]
    file.attrs["bytes"] = np.array([b"ab", b"cdef"])
    file.attrs["fixed"] = np.bytes_(b"fixed")
    file.attrs["no_texts"] = []  # as Keras's weight_names: numbers, of which there are none
    file.attrs["numbers"] = np.arange(3)
    file.attrs["long"] = "x" * 2000
    file.attrs["grid"] = np.array([["a", "b"], ["c", "d"]], dtype=h5py.string_dtype())
    file.attrs["null"] = h5py.Empty("S10")
    file.create_group("layers").attrs["name"] = "layers"


def many(file):
    for i in range(20):
        file[f"array{i}"] = np.float32(i)
    file["a/b/c/d"] = np.float32([1, 2])


def latest(file):
    file.attrs["name"] = "latest"
    file["a/b"] = np.float32([[1, 2], [3, 4]])
    file["a/bool"] = np.array([True, False])
    file["a/compact"] = np.int64(5)
    for i in range(3):
        file.create_group(f"g{i}").attrs["list"] = ["x"] * i


def tracked(file):
    file["b"] = np.float32(1)
    file["a"] = np.float32(2)


def refused(name, fill, **options):
    write("refused_" + name + ".h5", fill, **options)


write("types.h5", types)
write_small_nodes("chunks.h5", chunks)
write("attributes.h5", attributes)
write_small_nodes("many.h5", many)
write("latest.h5", latest, libver="latest")
write("tracked.h5", tracked, track_order=True)


def compact(file):
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple((3,))
    data = h5py.h5d.create(file.id, b"compact", h5py.h5t.IEEE_F32LE, space, properties)
    data.write(h5py.h5s.ALL, h5py.h5s.ALL, np.float32([1, 2, 3]))


write("compact.h5", compact)


def soft_link(file):
    file["a"] = 1
    file["link"] = h5py.SoftLink("/a")


def external_link(file):
    file["link"] = h5py.ExternalLink("other.h5", "/a")


def hard_link(file):
    file["a"] = np.float32([1])
    file["b"] = file["a"]


def circle(file):
    file.create_group("a")["back"] = file


def compound(file):
    file["a"] = np.zeros(2, [("x", "f4"), ("y", "i4")])


def reference(file):
    file["a"] = np.array([file.ref], dtype=h5py.ref_dtype)


def text(file):
    file["a"] = ["text"]


def enumeration(file):
    file.create_dataset("a", (2,), h5py.enum_dtype({"RED": 0, "GREEN": 1}, "i1"))


def committed(file):
    file["type"] = np.dtype("f4")


def committed_use(file):
    file["type"] = np.dtype("f4")
    file.create_dataset("a", (2,), file["type"])


def external(file):
    file.create_dataset("a", (2,), "f4", external=[("data.bin", 0, 8)])


def virtual(file):
    layout = h5py.VirtualLayout((2,), "f4")
    layout[:] = h5py.VirtualSource("other.h5", "a", (2,))
    file.create_virtual_dataset("a", layout)


def lzf(file):
    file.create_dataset("a", data=np.zeros(9), compression="lzf")


def fletcher32(file):
    file.create_dataset("a", data=np.zeros(9), fletcher32=True)


def dense_links(file):
    for i in range(20):
        file.create_group(f"{i}")


def dense_attributes(file):
    for i in range(20):
        file.attrs[f"{i}"] = "x"


def new_chunks(file):
    file.create_dataset("a", data=np.zeros((4, 4)), chunks=(2, 2))


for link in [soft_link, external_link, hard_link, circle, compound, reference, text, enumeration, committed,
             committed_use, external, virtual, lzf, fletcher32]:
    refused(link.__name__, link)
for link in [dense_links, dense_attributes, new_chunks]:
    refused(link.__name__, link, libver="latest")
refused("user_block", lambda file: None, userblock_size=512)
