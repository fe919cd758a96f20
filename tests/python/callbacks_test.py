"""Callbacks, the engine's and one's own."""
import numpy as np
import pytest

from linnet import keras

X = np.linspace(-1, 1, 40).reshape(20, 2)
Y = X @ np.array([[1.0], [2.0]])


def small_model():
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.layers.Dense(1, input_shape=(2,))])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    return model


class Recorder(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.calls = []


def _record(name):
    def hook(self, *arguments):
        self.calls.append((name, *[sorted(a) if isinstance(a, dict) else a for a in arguments]))
    return hook


for _name in [name for name in vars(keras.callbacks.Callback) if name.startswith("on_") and "on_batch" not in name]:
    setattr(Recorder, _name, _record(_name))


def test_hooks_in_their_order():
    recorder = Recorder()
    model = small_model()
    model.fit(X, Y, batch_size=10, validation_data=(X, Y), epochs=1, verbose=0, callbacks=[recorder])
    assert [call[0] for call in recorder.calls] == [
        "on_train_begin", "on_epoch_begin",
        "on_train_batch_begin", "on_train_batch_end", "on_train_batch_begin", "on_train_batch_end",
        "on_test_begin", "on_test_batch_begin", "on_test_batch_end", "on_test_batch_begin", "on_test_batch_end",
        "on_test_end", "on_epoch_end", "on_train_end"]
    assert recorder.calls[3] == ("on_train_batch_end", 0, ["loss"])
    assert recorder.calls[-2] == ("on_epoch_end", 0, ["loss", "val_loss"])
    assert recorder.model is model and recorder.params == {"epochs": 1, "steps": 2, "verbose": 0}
    recorder.calls.clear()
    model.predict(X, batch_size=20, verbose=0, callbacks=[recorder])
    assert [call[0] for call in recorder.calls] == ["on_predict_begin", "on_predict_batch_begin", "on_predict_batch_end",
                                                    "on_predict_end"]


def test_begin_hooks_get_logs_too():
    seen = []
    hooks = {name: lambda *arguments: seen.append(arguments[-1]) for name in (
        "on_train_begin", "on_epoch_begin", "on_train_batch_begin", "on_test_begin", "on_test_batch_begin",
        "on_predict_begin", "on_predict_batch_begin", "on_predict_end")}
    callback = keras.callbacks.LambdaCallback(**hooks)
    model = small_model()
    model.fit(X, Y, validation_data=(X, Y), verbose=0, callbacks=[callback])
    model.predict(X, verbose=0, callbacks=[callback])
    assert seen == [{}] * 8


def test_predictions_of_a_batch_are_in_its_logs():
    parts = []
    callback = keras.callbacks.LambdaCallback(on_predict_batch_end=lambda batch, logs: parts.append(logs["outputs"]))
    outputs = small_model().predict(X, batch_size=8, verbose=0, callbacks=[callback])
    np.testing.assert_array_equal(np.concatenate([part.numpy() for part in parts]), outputs)


def test_a_history_among_the_callbacks_is_the_one():
    class Looks(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            assert len(self.model.history.history.get("loss", [])) == epoch

    history, model = keras.callbacks.History(), small_model()
    assert model.fit(X, Y, epochs=2, verbose=0, callbacks=[history, Looks()]) is history
    assert model.history is history and history.epoch == [0, 1] and len(history.history["loss"]) == 2
    assert history.params == {"epochs": 2, "steps": 1, "verbose": 0}
    other = model.fit(iter([(X, Y)]), verbose=0)
    assert other is not history and other.params["steps"] is None


def test_a_metric_with_several_results_is_an_array_in_logs():
    seen = []
    callback = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(logs["val_f1_score"]),
                                              on_train_batch_end=lambda batch, logs: seen.append(logs["f1_score"]))
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.layers.Dense(3, "softmax")])
    model.compile("sgd", "categorical_crossentropy", metrics=[keras.metrics.F1Score()])
    labels = np.eye(3)[np.arange(20) % 3]
    history = model.fit(X, labels, epochs=2, validation_data=(X, labels), verbose=0, callbacks=[callback]).history
    want = keras.metrics.F1Score()
    want.update_state(labels, model.predict(X, verbose=0))
    for value in (model.evaluate(X, labels, verbose=0)[1], history["val_f1_score"][1], seen[-1]):
        assert isinstance(value, np.ndarray)
        np.testing.assert_allclose(value, want.result().numpy(), rtol=1e-6)
    assert [value.shape for value in seen] == [(3,)] * 4 and model.train_on_batch(X, labels)[1].shape == (3,)


def test_logs_can_be_added_to():
    class Adds(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["double"] = 2 * logs["loss"]

    history = small_model().fit(X, Y, epochs=2, verbose=0, callbacks=[Adds()])
    assert history.history["double"] == [2 * loss for loss in history.history["loss"]]


def test_training_can_be_stopped():
    class Stops(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = epoch == 1

    model = small_model()
    history = model.fit(X, Y, epochs=5, verbose=0, callbacks=[Stops()])
    assert history.epoch == [0, 1] and model.stop_training and model.history is history


def test_a_stop_can_be_taken_back():
    class ChangesItsMind(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = True
            self.model.stop_training = False

    assert small_model().fit(X, Y, epochs=3, verbose=0, callbacks=[ChangesItsMind()]).epoch == [0, 1, 2]


def test_old_names_of_batch_hooks():
    class Counts(keras.callbacks.Callback):
        batches = 0

        def on_batch_end(self, batch, logs=None):
            self.batches += 1
            assert "loss" in logs

    counts = Counts()
    small_model().fit(X, Y, batch_size=5, epochs=2, verbose=0, callbacks=[counts])
    assert counts.batches == 8


def test_an_exception_ends_the_training_and_leaves_the_model_usable():
    class Fails(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            raise KeyError("my own")

    model = small_model()
    with pytest.raises(KeyError, match="my own"):
        model.fit(X, Y, verbose=0, callbacks=[Fails()])
    assert len(model.fit(X, Y, epochs=2, verbose=0).epoch) == 2


def test_early_stopping():
    stopping = keras.callbacks.EarlyStopping(monitor="loss", min_delta=100, patience=1)
    history = small_model().fit(X, Y, epochs=9, verbose=0, callbacks=stopping)
    assert history.epoch == [0, 1] and stopping.stopped_epoch == 1
    assert stopping.wait == 1 and stopping.best == history.history["loss"][0] and stopping.best_epoch == 0
    assert stopping.patience == 1 and stopping.monitor == "loss" and stopping.best_weights is None
    stopping = keras.callbacks.EarlyStopping(monitor="loss", restore_best_weights=True)
    model = small_model()
    model.fit(X, Y, epochs=2, verbose=0, callbacks=[stopping])
    assert [weight.shape for weight in stopping.best_weights] == [(2, 1), (1,)]
    with pytest.raises(AttributeError, match="has no attribute 'wiat'"):
        stopping.wiat


def test_a_schedule_must_give_numbers():
    with pytest.raises(ValueError, match="to return a number, received 'fast' in epoch 1"):
        small_model().fit(X, Y, verbose=0, callbacks=[keras.callbacks.LearningRateScheduler(lambda epoch: "fast")])


def test_learning_rates():
    scheduler = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    history = small_model().fit(X, Y, epochs=3, verbose=0, callbacks=[scheduler])
    np.testing.assert_allclose(history.history["learning_rate"], [0.05, 0.025, 0.0125], rtol=1e-6)
    by_epoch = keras.callbacks.LearningRateScheduler(lambda epoch: 0.1 / (epoch + 1))
    history = small_model().fit(X, Y, epochs=2, verbose=0, callbacks=[by_epoch])
    np.testing.assert_allclose(history.history["learning_rate"], [0.1, 0.05], rtol=1e-6)
    plateau = keras.callbacks.ReduceLROnPlateau(monitor="loss", factor=0.5, patience=1, min_delta=100)
    model = small_model()
    model.fit(X, Y, epochs=3, verbose=0, callbacks=[plateau])
    assert model.optimizer.learning_rate == pytest.approx(0.025)
    assert plateau.wait == 0 and plateau.cooldown_counter == 0 and plateau.factor == 0.5 and plateau.best > 0


def test_lambda_callback():
    losses = []
    callback = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: losses.append(logs["loss"]))
    history = small_model().fit(X, Y, epochs=2, verbose=0, callbacks=[callback])
    assert losses == history.history["loss"]


def test_files(tmp_path):
    log, checkpoint = tmp_path / "log.csv", tmp_path / "{epoch:02d}.safetensors"
    model = small_model()
    saver = keras.callbacks.ModelCheckpoint(checkpoint, monitor="loss")
    history = model.fit(X, Y, epochs=2, verbose=0, callbacks=[keras.callbacks.CSVLogger(log), saver]).history
    assert saver.filepath == checkpoint and log.read_text().splitlines()[2].startswith(f"1,{history['loss'][1]!r},")
    assert log.read_text().startswith("epoch,loss") and len(log.read_text().splitlines()) == 3
    loaded = keras.models.load_model(tmp_path / "02.safetensors")
    assert np.array_equal(loaded.predict(X, verbose=0), model.predict(X, verbose=0))
    backup = keras.callbacks.BackupAndRestore(tmp_path / "backup", double_checkpoint=True)
    model.fit(X, Y, verbose=0, callbacks=[backup])
    assert backup.resumed is False


class Remembers(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.losses = []

    def on_epoch_end(self, epoch, logs=None):
        self.losses.append(logs["loss"])

    def get_state(self):
        return {"losses": self.losses, "note": "so far"}

    def set_state(self, state):
        assert state["note"] == "so far"
        self.losses = list(state["losses"])


def test_the_state_of_ones_own_callback_is_kept_with_a_backup(tmp_path):
    class Fails(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                raise KeyError

    whole, interrupted, resumed = Remembers(), Remembers(), Remembers()
    small_model().fit(X, Y, epochs=4, verbose=0, callbacks=[whole])
    backup = lambda: keras.callbacks.BackupAndRestore(tmp_path / "backup")  # noqa: E731
    with pytest.raises(KeyError):
        small_model().fit(X, Y, epochs=4, verbose=0, callbacks=[interrupted, Fails(), backup()])
    small_model().fit(X, Y, epochs=4, verbose=0, callbacks=[resumed, keras.callbacks.Callback(), backup()])
    assert len(interrupted.losses) == 2 and resumed.losses == whole.losses


def test_the_history_that_fit_adds_is_none_of_the_callbacks_of_a_backup(tmp_path):
    class Fails(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                raise KeyError

    backup = lambda: keras.callbacks.BackupAndRestore(tmp_path / "backup")  # noqa: E731
    with pytest.raises(KeyError):
        small_model().fit(X, Y, epochs=4, verbose=0, callbacks=[Fails(), backup()])
    with pytest.raises(ValueError, match="has the states of 2 callbacks, this fit has 1"):
        small_model().fit(X, Y, epochs=4, verbose=0, callbacks=[backup()])


def test_callbacks_in_a_loop_of_ones_own(tmp_path, capsys):
    model = small_model()
    stopping, seen = keras.callbacks.EarlyStopping("loss", min_delta=100, patience=1), Recorder()
    callbacks = keras.callbacks.CallbackList([stopping, keras.callbacks.CSVLogger(tmp_path / "log.csv"), seen],
                                             add_history=True, add_progbar=True, model=model, epochs=5, steps=1, verbose=2)
    callbacks.on_train_begin()
    for epoch in range(5):
        callbacks.on_epoch_begin(epoch)
        callbacks.on_train_batch_begin(0)
        logs = model.train_on_batch(X, Y, return_dict=True)
        callbacks.on_train_batch_end(0, logs)
        callbacks.on_epoch_end(epoch, logs)
        if model.stop_training:
            break
    callbacks.on_train_end()
    assert stopping.stopped_epoch == 1 and model.history.epoch == [0, 1] and seen.params["epochs"] == 5
    assert len((tmp_path / "log.csv").read_text().splitlines()) == 3 and "Epoch 2/5" in capsys.readouterr().out
    assert [call[-1] for call in seen.calls[:3]] == [[], [], []]
    with pytest.raises(RuntimeError, match=r"\[EarlyStopping\] expected set_model\(model\) before on_epoch_end"):
        keras.callbacks.EarlyStopping().on_epoch_end(0, {"loss": 1.0})


def test_a_progress_bar_among_the_callbacks_is_the_only_one(capsys):
    small_model().fit(X, Y, verbose=2, callbacks=[keras.callbacks.ProgbarLogger()])
    assert capsys.readouterr().out.count("1/1 - ") == 1


def test_hooks_of_ones_own_on_the_engines_callbacks_are_refused():
    class Mine(keras.callbacks.EarlyStopping):
        def on_epoch_end(self, epoch, logs=None):
            pass

    with pytest.raises(TypeError, match="write a second callback"):
        small_model().fit(X, Y, verbose=0, callbacks=[Mine()])
