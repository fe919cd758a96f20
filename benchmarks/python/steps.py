#!/usr/bin/python3
"""Steps of fit on NumPy's arrays: steps.py float32|float64 EPOCHS SAMPLES prints the seconds of each epoch."""
import sys
import time

import numpy as np

from linnet import keras

dtype, epochs, samples = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
keras.utils.set_random_seed(1)
x = np.random.default_rng(1).random((samples, 784)).astype(dtype)
y = np.random.default_rng(2).integers(0, 10, samples)

model = keras.Sequential([keras.layers.Dense(64, activation="relu"), keras.layers.Dense(10)])
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
model.fit(x, y, batch_size=64, verbose=0)  # what happens once
for _ in range(epochs):
    start = time.perf_counter()
    model.fit(x, y, batch_size=64, verbose=0)
    print(f"{time.perf_counter() - start:.9f}")
