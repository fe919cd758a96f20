import linnet
from linnet import keras
from linnet.keras import layers


class Scale(layers.Layer):
    def build(self, input_shape):
        self.factor = self.add_weight(shape=input_shape[-1:], initializer="ones", name="factor")

    def call(self, x):
        return x * self.factor


keras.utils.set_random_seed(1)
a, b = keras.Input((4,)), keras.Input((4,))
joined = layers.concatenate([Scale()(a), layers.Dense(8, activation="tanh")(b)])
model = keras.Model([a, b], layers.Dense(1)(joined))

x = keras.random.normal((64, 4))
y = keras.ops.sum(x, axis=1, keepdims=True)
loss_function = keras.losses.MeanSquaredError()
optimizer = keras.optimizers.SGD(learning_rate=0.05)
for step in range(5):
    loss = loss_function(y, model([x, x], training=True))
    optimizer.apply(linnet.gradients(loss, model.trainable_weights), model.trainable_weights)
    print(f"step {step}: loss {float(loss):.6f}")
