#!/usr/bin/python3
"""The benchmark's networks in PyTorch.   pytorch.py --workload w1|mlp --threads 2 --epochs 10"""

import argparse
import gzip
import json
import pathlib
import time

import numpy
import torch
from torch import nn

MNIST = pathlib.Path(__file__).resolve().parents[2] / "data" / "mnist"


def read_idx(path, header):
    with gzip.open(path) as file:
        return numpy.frombuffer(bytearray(file.read()), numpy.uint8, offset=header)


def load(folder, part):
    images = read_idx(folder / f"{part}-images-idx3-ubyte.gz", 16).reshape(-1, 784)
    labels = read_idx(folder / f"{part}-labels-idx1-ubyte.gz", 8)
    return torch.from_numpy(images), torch.from_numpy(labels).long()


def floats(images):
    """Converting each batch is a little faster than keeping floats, and takes a quarter of the memory."""
    return images.float().div_(255)


def make_network(workload):
    if workload == "mlp":
        return nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))
    return nn.Sequential(nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10))


def train_epoch(network, optimizer, images, labels, batch_size):
    for rows in torch.randperm(len(labels)).split(batch_size):
        optimizer.zero_grad(set_to_none=True)
        logits = network(floats(images.index_select(0, rows)))
        nn.functional.cross_entropy(logits, labels.index_select(0, rows)).backward()
        optimizer.step()


def peak_rss_mb():
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return round(int(line.split()[1]) / 1024, 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workload", choices=("w1", "mlp"), default="w1")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--data", type=pathlib.Path, default=MNIST)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)

    images, labels = load(options.data, "train")
    network = make_network(options.workload)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, foreach=True)
    epoch_seconds = []
    for _ in range(options.epochs):
        start = time.perf_counter()
        train_epoch(network, optimizer, images, labels, 128 if options.workload == "mlp" else 64)
        epoch_seconds.append(round(time.perf_counter() - start, 4))

    images, labels = load(options.data, "t10k")
    with torch.no_grad():
        accuracy = (network(floats(images)).argmax(1) == labels).float().mean().item()
    print(json.dumps({"peer": "pytorch-python", "workload": options.workload, "threads": options.threads,
                      "epoch_seconds": epoch_seconds, "test_accuracy": round(accuracy, 4),
                      "peak_rss_mb": peak_rss_mb()}))


if __name__ == "__main__":
    main()
