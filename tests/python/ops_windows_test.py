"""Pooling to a given size, fold(), and where the operations look for channels."""
import numpy as np
import pytest

import linnet
from linnet import keras
from ops_checks import assert_close, check_gradient, draw, ops


def pooled(x, sizes, combine):
    """Window by window, of (batch, spatial…, channels)."""
    y = np.zeros((len(x), *sizes, x.shape[-1]))
    for place in np.ndindex(*sizes):
        window = tuple(slice(int(np.floor(i * n / m)), int(np.ceil((i + 1) * n / m)))
                       for i, n, m in zip(place, x.shape[1:], sizes))
        y[(slice(None), *place)] = combine(x[(slice(None), *window)], axis=tuple(range(1, x.ndim - 1)))
    return y


@pytest.mark.parametrize("shape, sizes", [((2, 7, 3), (3,)), ((2, 7, 5, 3), (3, 2)), ((2, 6, 4, 3), (3, 2)),
                                          ((1, 5, 4, 3, 2), (2, 4, 1)), ((1, 2, 3, 2), (5, 3))])
@pytest.mark.parametrize("name, combine", [("adaptive_average_pool", np.mean), ("adaptive_max_pool", np.max)])
def test_adaptive_pools(shape, sizes, name, combine):
    x, function = draw(*shape), getattr(ops, name)
    expected = pooled(x, sizes, combine)
    assert_close(function(x, sizes), expected)
    assert_close(function(np.moveaxis(x, -1, 1), sizes, "channels_first"), np.moveaxis(expected, -1, 1))
    check_gradient(lambda each: function(each, sizes), x)


def test_adaptive_pools_take_one_size_and_integers():
    x = draw(2, 5, 7, 3)
    assert ops.nn.adaptive_max_pool is ops.adaptive_max_pool and ops.nn.adaptive_average_pool is ops.adaptive_average_pool
    assert_close(ops.adaptive_max_pool(x, 2), ops.adaptive_max_pool(x, (2, 2)))
    assert_close(ops.adaptive_average_pool(x, 1), x.mean((1, 2), keepdims=True))
    assert ops.adaptive_average_pool(np.ones((1, 4, 1), "int32"), 2).dtype == "float32"
    assert ops.adaptive_average_pool(ops.cast(x, "bfloat16"), 2).dtype == "bfloat16"


def test_fold_is_the_opposite_way_of_unfold():
    x = draw(2, 3, 5, 6)
    options = {"kernel_size": (2, 3), "dilation": (2, 1), "padding": (1, 2), "stride": (2, 1)}
    columns = ops.unfold(x, **options)
    weights = draw(*columns.shape)
    folded = ops.fold(weights, (5, 6), **options)
    assert folded.shape == x.shape  # ⟨unfold(x), w⟩ = ⟨x, fold(w)⟩
    np.testing.assert_allclose((columns.numpy() * weights).sum(), (x * folded.numpy()).sum(), rtol=1e-12)
    parts = ops.unfold(x[:, :, :4], 2, stride=2)
    assert_close(ops.nn.fold(parts, (4, 6), 2, stride=2), x[:, :, :4])
    check_gradient(lambda each: ops.fold(each, 4, 2, padding=1), draw(1, 8, 25))


def test_fold_adds_where_windows_overlap():
    columns = np.arange(1, 17, dtype="float32").reshape(1, 4, 4)  # four windows 2 x 2 of one image 3 x 3
    expected = np.zeros((3, 3))
    for position, (row, column) in enumerate([(0, 0), (0, 1), (1, 0), (1, 1)]):
        expected[row:row + 2, column:column + 2] += columns[0, :, position].reshape(2, 2)
    assert_close(ops.fold(columns, 3, 2)[0, 0], expected, dtype="float32")
    assert_close(ops.fold(columns.astype("int32"), 3, 2)[0, 0], expected.astype("int32"), dtype="int32")


def test_windows_on_symbolic_tensors():
    x = keras.Input((7, 5, 3))
    y = ops.adaptive_average_pool(x, (3, 2))
    assert y.shape == (None, 3, 2, 3)
    pictures = draw(2, 7, 5, 3).astype("float32")
    np.testing.assert_array_equal(keras.Model(x, y)(pictures), ops.adaptive_average_pool(pictures, (3, 2)))
    columns = keras.Input((4, 4))
    assert ops.fold(columns, 3, 2).shape == (None, 1, 3, 3)


@pytest.mark.parametrize("call, message", [
    (lambda: ops.adaptive_max_pool(draw(2, 4, 4, 1), 0), r"\[adaptive_max_pool\] expected an output_size of 1 or more"),
    (lambda: ops.adaptive_max_pool(draw(2, 4, 4, 1), (1, 2, 3)), r"\[adaptive_max_pool\] expected one or 2 numbers"),
    (lambda: ops.adaptive_max_pool(draw(2, 4, 4, 1), None), r"\[adaptive_max_pool\] expected one or 2 numbers as output_size"),
    (lambda: ops.adaptive_max_pool(draw(2, 4, 4, 1), (2, None)), r"\[adaptive_max_pool\] expected one or 2 numbers"),
    (lambda: ops.adaptive_average_pool(draw(4, 4), 2), r"\[adaptive_average_pool\] expected \(batch, 1 to 3 spatial axes"),
    (lambda: ops.adaptive_average_pool(draw(2, 4, 4, 1), 2, "last"), r"\[adaptive_average_pool\] expected data_format"),
    (lambda: ops.fold(draw(1, 4, 5), 3, 2), r"\[fold\] expected \(batch, channels · 4, 4\)"),
    (lambda: ops.fold(draw(1, 4, 4), 3, 0), r"\[fold\] expected kernel_size, dilation and stride of 1 or more"),
    (lambda: ops.unfold(draw(1, 1, 3, 3), 2, stride=0), r"\[unfold\] expected kernel_size, dilation and stride of 1 or more"),
])
def test_errors(call, message):
    with pytest.raises(linnet.InvalidArgument, match=message):
        call()


def test_channels_are_where_the_configuration_says():
    x = draw(2, 3, 6, 4)
    kernel = draw(2, 2, 3, 2)
    calls = {
        "conv": lambda **at: ops.conv(x, kernel, **at), "max_pool": lambda **at: ops.max_pool(x, 2, **at),
        "adaptive_max_pool": lambda **at: ops.adaptive_max_pool(x, 2, **at),
        "resize": lambda **at: ops.image.resize(x, (3, 3), **at),
        "gaussian_blur": lambda **at: ops.image.gaussian_blur(x, **at),
        "sobel_edges": lambda **at: ops.image.sobel_edges(x, **at),
    }
    expected = {name: call(data_format="channels_first").numpy() for name, call in calls.items()}
    keras.config.set_image_data_format("channels_first")
    try:
        for name, call in calls.items():
            assert_close(call(), expected[name])
    finally:
        keras.config.set_image_data_format("channels_last")
