from linnet import keras
from linnet.keras import layers, ops


def spirals():
    """Two spirals, another 32 points of each in every batch."""
    while True:
        t = keras.random.uniform((64, 1), 0.5, 3)
        side = ops.concatenate([ops.ones((32, 1)), -1 * ops.ones((32, 1))], axis=0)
        x = ops.concatenate([side * t * ops.cos(2 * t), side * t * ops.sin(2 * t)], axis=1)
        yield x, 0.5 * (side + 1)


keras.utils.set_random_seed(1)
model = keras.Sequential([layers.Dense(32, activation="relu"), layers.Dense(32, activation="relu"),
                          layers.Dense(1, activation="sigmoid")])
model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.01),
              loss=keras.losses.BinaryCrossentropy(),
              metrics=["accuracy"])
history = model.fit(spirals(), epochs=5, steps_per_epoch=20, verbose=0)
for accuracy in history.history["accuracy"]:
    print(f"accuracy {accuracy:.4f}")
