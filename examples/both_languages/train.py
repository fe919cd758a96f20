from linnet import keras
from linnet.keras import layers


keras.utils.set_random_seed(1)
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()

model = keras.Sequential([layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(64, activation="relu"),
                          layers.Dense(10)])
model.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-3),
              loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
              metrics=["accuracy"])
history = model.fit(x_train, y_train, epochs=2, batch_size=64, validation_data=(x_test, y_test), verbose=0)
for i in range(2):
    print(f"epoch {i + 1}: loss {history.history['loss'][i]:.6f}, accuracy {history.history['val_accuracy'][i]:.4f}")

model.save("digits.safetensors")
