from linnet import keras

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
model = keras.models.load_model("digits.safetensors")

model.fit(x_train, y_train, batch_size=64, verbose=0)
loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"loss {loss:.6f}, accuracy {accuracy:.4f}")

digits = model.predict(x_test[:10], verbose=0).argmax(axis=1)
print(*digits, "")
