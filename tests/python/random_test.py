"""keras.random: moments, shapes and seeds."""
import numpy as np
import pytest

import linnet
from linnet import keras


def test_random_numbers():
    random, n = keras.random, 20000
    x = random.truncated_normal((n,), 1.0, 2.0, seed=1).numpy()
    assert np.abs(x - 1).max() <= 4 and abs(x.mean() - 1) < 0.05 and abs(x.std() - 2 * 0.8796) < 0.05
    x = random.randint((n,), -3, 4, seed=2)
    assert x.dtype == "int32" and np.abs(np.bincount(x.numpy() + 3) / n - 1 / 7).max() < 0.01
    p = np.array([[0.5, 0.3, 0.2], [0.1, 0.0, 0.9]])
    with np.errstate(divide="ignore"):
        classes = random.categorical(np.log(p), n, seed=3)
    assert classes.shape == (2, n) and classes.dtype == "int32"
    assert np.abs(np.stack([np.bincount(row, minlength=3) / n for row in classes.numpy()]) - p).max() < 0.015
    for alpha in (0.3, 1.0, 4.5):
        x = random.gamma((n,), alpha, seed=4).numpy()
        assert x.min() >= 0 and abs(x.mean() / alpha - 1) < 0.06 and abs(x.var() / alpha - 1) < 0.12
    x = random.beta((n,), 2.0, 3.0, seed=5).numpy()
    assert abs(x.mean() - 0.4) < 0.01 and abs(x.var() - 0.04) < 0.003
    x = random.binomial((n, 2), np.array([10, 4]), np.array([0.3, 0.5]), seed=6).numpy()
    assert np.abs(x.mean(0) - [3, 2]).max() < 0.05 and np.abs(x.var(0) - [2.1, 1]).max() < 0.1
    kept = random.dropout(np.ones((n,), "float32"), 0.25, seed=7).numpy()
    assert set(np.unique(kept)) == {0, np.float32(1 / 0.75)} and abs((kept == 0).mean() - 0.25) < 0.02
    rows = random.dropout(np.ones((5, 4), "float32"), 0.5, noise_shape=(None, 1), seed=8).numpy()
    assert (rows == rows[:, :1]).all()
    shuffled = random.shuffle(np.arange(50), seed=9).numpy()
    assert sorted(shuffled) == list(range(50)) and list(shuffled) != list(range(50))


def test_seeds():
    random = keras.random
    for name, arguments in {"normal": [(5,)], "uniform": [(5,)], "truncated_normal": [(5,)], "randint": [(5,), 0, 1000],
                            "gamma": [(5,), 2.0], "beta": [(5,), 2.0, 2.0], "shuffle": [np.arange(20)],
                            "categorical": [np.zeros((1, 50)), 8], "binomial": [(9,), 9, 0.5],
                            "dropout": [np.ones(40, "float32"), 0.5]}.items():
        draw_one = getattr(random, name)
        generator = random.SeedGenerator(3)
        first, second = draw_one(*arguments, seed=3).tolist(), draw_one(*arguments, seed=3).tolist()
        assert first == second == draw_one(*arguments, seed=generator).tolist()
        assert first != draw_one(*arguments, seed=generator).tolist()
        keras.utils.set_random_seed(11)
        first, other = draw_one(*arguments).tolist(), draw_one(*arguments).tolist()
        keras.utils.set_random_seed(11)
        assert first == draw_one(*arguments).tolist() and first != other
    with pytest.raises(linnet.InvalidArgument, match=r"\[randint\] expected minval < maxval, received 3 and 3"):
        random.randint((2,), 3, 3)
    with pytest.raises(linnet.InvalidArgument, match=r"\[gamma\] expected alpha > 0"):
        random.gamma((2,), -1.0)
