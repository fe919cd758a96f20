"""Operations that are Keras's, against their formulas; messages, and a model that is trained on many of them."""
import itertools
import math

import numpy as np
import pytest

import linnet
from linnet import keras
from ops_checks import all_close, assert_close, check_gradient, draw, ops, A, B, CUBE, INT, MASK, POSITIVE, ROW


def softmax(x, axis=-1):
    powers = np.exp(x - x.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def test_functions_of_errors():
    x = np.linspace(-0.999999, 0.999999, 41)
    assert_close(ops.erf(ops.erfinv(x)), x, ulps=8)
    assert_close(ops.erfinv([-1.0, 1.0, 2.0, 0.0]), [-np.inf, np.inf, np.nan, 0.0])
    assert_close(ops.erfc(x), [math.erfc(each) for each in x])
    check_gradient(ops.erf, x), check_gradient(ops.erfc, x)
    check_gradient(ops.erfinv, x[5:-5]), check_gradient(ops.rsqrt, POSITIVE)


def test_division_without_nan_has_gradients_without_nan():
    a, b = np.array([1.0, 2.0, 0.0]), np.array([2.0, 0.0, 0.0])
    assert_close(ops.divide_no_nan(a, b), [0.5, 0, 0])
    x, y = linnet.Tensor(a), linnet.Tensor(b)
    x.requires_grad = y.requires_grad = True
    dx, dy = linnet.gradients(ops.sum(ops.divide_no_nan(x, y)), [x, y])
    assert_close(dx, [0.5, 0, 0]), assert_close(dy, [-0.25, 0, 0])


@pytest.mark.parametrize("name, at", [("cbrt", 0.0), ("log2", 0.0), ("log10", 1e-45), ("arccosh", 1.0), ("arctanh", -1.0),
                                      ("erfinv", 1.0), ("exp2", 1e30)])
def test_results_do_not_depend_on_wanting_gradients(name, at):
    plain = getattr(ops, name)(np.array([at, at], "float32")).numpy()
    np.testing.assert_array_equal(getattr(ops, name)(keras.Variable(np.array([at, at], "float32"))).numpy(), plain)


@pytest.mark.parametrize("name, at", [("hypot", (0.0, 0.0)), ("sinc", (0.0,)), ("arcsinh", (0.0,)), ("cbrt", (0.0,)),
                                      ("divide_no_nan", (0.0, 0.0)), ("logaddexp", (1.0, 1.0))])
def test_gradients_are_numbers_where_formulas_are_not(name, at):
    xs = [linnet.Tensor(np.array([each])) for each in at]
    for x in xs:
        x.requires_grad = True
    assert all(np.isfinite(each.numpy()).all() for each in linnet.gradients(ops.sum(getattr(ops, name)(*xs)), xs))


def test_values_far_out():
    assert_close(ops.logaddexp([-np.inf, 1000.0], [-np.inf, 1000.0]), [-np.inf, 1000 + math.log(2)])
    assert_close(ops.hypot(np.float32(3e30), np.float32(4e30)), np.float32(5e30))
    assert_close(ops.arcsinh([1e30, -1e30, 1e-30]), np.arcsinh([1e30, -1e30, 1e-30]))
    assert_close(ops.median([1.0, np.nan, 2.0]), np.nan), assert_close(ops.median([np.inf, np.inf]), np.inf)


def test_top_k():
    x = np.array([[1.0, 5.0, 3.0, 5.0], [2.0, 0.0, 9.0, 1.0]])
    values, positions = ops.top_k(x, 2)
    assert_close(values, [[5, 5], [9, 2]]), assert_close(positions, [[1, 3], [2, 0]], dtype="int32")
    check_gradient(lambda t: ops.top_k(t, 2)[0], draw(3, 5))
    assert ops.in_top_k([2, 3], x, 3).tolist() == [True, True] and ops.in_top_k([2, 1], x, 2).tolist() == [False, False]
    assert sorted(ops.argpartition(x[0], 1).tolist()[:2]) == [0, 2]


def test_segments():
    data, ids = draw(6, 2), np.array([2, 0, 2, -1, 0, 5])
    expected = np.zeros((4, 2))
    for row, segment in zip(data, ids):
        if 0 <= segment < 4:
            expected[segment] += row
    assert_close(ops.segment_sum(data, ids, 4), expected)
    assert ops.segment_sum(data, ids).shape == (6, 2)
    assert_close(ops.segment_sum(INT, [1, 1]), [[0, 0], [3, 6]], dtype="int32")
    highest = ops.segment_max(data, ids, 4).numpy()
    assert_close(highest[2], np.maximum(data[0], data[2])), assert_close(highest[1], [-np.inf, -np.inf])
    assert_close(ops.segment_min(data, ids, 4).numpy()[0], np.minimum(data[1], data[4]))
    assert_close(ops.segment_max([4, 7], [2, 2]), [-2**31, -2**31, 7], dtype="int32")
    check_gradient(lambda x: ops.segment_sum(x, ids, 4), data)
    check_gradient(lambda x: ops.segment_max(x, [0, 1, 1, 0, 0, 1]), data)
    check_gradient(lambda x: ops.segment_min(x, [0, 1, 1, 0, 0, 1]), data)
    with pytest.raises(linnet.InvalidArgument, match=r"\[segment_sum\] expected one segment id for each row of data"):
        ops.segment_sum(data, [0, 1])


def test_distances():
    x, y = draw(2, 3, 4), draw(2, 5, 4)
    assert_close(ops.cdist(x, y), np.sqrt(np.square(x[:, :, None] - y[:, None]).sum(-1)))
    check_gradient(ops.cdist, x, y)


def test_blocks():
    x = np.arange(12.0).reshape(3, 4)
    assert_close(ops.slice(x, (1, 0), (2, -1)), x[1:])
    updated = x.copy()
    updated[1:3, 2:4] = 7
    assert_close(ops.slice_update(x, (1, 2), np.full((2, 2), 7.0)), updated)
    check_gradient(lambda a: ops.slice(a, (0, 1), (2, 2)), x)
    check_gradient(lambda a, b: ops.slice_update(a, (1, 2), b), x, draw(2, 2))
    with pytest.raises(linnet.InvalidArgument, match=r"\[slice\] expected a block inside shape \(3, 4\)"):
        ops.slice(x, (2, 0), (2, 4))
    with pytest.raises(linnet.InvalidArgument, match=r"\[slice_update\] expected a block inside"):
        ops.slice_update(x, (2, 3), np.zeros((2, 2)))


def test_scatter():
    indices = np.array([[0, 1], [2, 0], [0, 1]])
    expected = np.zeros((3, 2))
    np.add.at(expected, tuple(indices.T), [1.0, 2.0, 3.0])
    assert_close(ops.scatter(indices, [1.0, 2.0, 3.0], (3, 2)), expected)
    rows = draw(2, 3)
    expected = np.zeros((4, 3))
    expected[[3, 1]] = rows
    assert_close(ops.scatter([[3], [1]], rows, (4, 3)), expected)
    check_gradient(lambda values: ops.scatter(indices, values, (3, 2)), np.array([1.0, 2.0, 3.0]))
    with pytest.raises(linnet.InvalidArgument, match=r"\[scatter\] expected indices inside shape"):
        ops.scatter([[4]], [1.0], (3,))


@pytest.mark.parametrize("reduction, at", [(None, None), ("add", np.add), ("max", np.maximum), ("min", np.minimum),
                                           ("mul", np.multiply)])
def test_scatter_update(reduction, at):
    x, rows, indices = draw(4, 3), draw(3, 3), np.array([[2], [0], [2]])
    expected = x.copy()
    if at is None:
        expected[[2, 0, 2]] = rows
    else:
        at.at(expected, [2, 0, 2], rows)
    assert_close(ops.scatter_update(x, indices, rows, reduction), expected)
    check_gradient(lambda a, b: ops.scatter_update(a, indices, b, reduction), x, rows)


def test_casts():
    assert ops.cast([1.7], "int32").tolist() == [1] and ops.dtype(ops.cast([1.0], np.float64)) == "float64"
    assert ops.saturate_cast([-5.0, 3.5, 300.0], "uint8").tolist() == [0, 3, 255]
    assert ops.saturate_cast([1e30, -1e30], "int64").tolist() == [2**63 - 1, -2**63]
    assert ops.saturate_cast(np.array([-1, 256], "int64"), "uint8").tolist() == [0, 255]
    assert ops.shape(np.zeros((2, 3))) == (2, 3) and ops.shape([1, 2]) == (2,)
    assert ops.is_tensor(ops.ones(2)) and not ops.is_tensor(np.ones(2))
    assert ops.convert_to_tensor([1, 2], "float64").dtype == "float64" and isinstance(ops.convert_to_numpy([1]), np.ndarray)
    assert ops.get_item(A, (0, slice(1, 3))).shape == (2,)


def test_stopped_gradients():
    x = linnet.Tensor([1.0, 2.0])
    x.requires_grad = True
    dx, = linnet.gradients(ops.sum(x * ops.stop_gradient(x)), [x])
    assert_close(dx, [1, 2])


def test_parts_of_weights_have_gradients():
    weights = linnet.Variable(A.copy())
    gradient, = linnet.gradients(ops.sum(weights[1] * ROW) + ops.max(weights[:, 2:]) * 0, [weights])
    expected = np.zeros_like(A)
    expected[1] = ROW
    assert_close(gradient, expected), assert_close(weights[0, -1], A[0, -1])
    with pytest.raises(IndexError, match="index 3 is out of range"):
        weights[3]


def test_loops():
    assert ops.cond(True, lambda: 1, lambda: 2) == 1 and ops.cond(linnet.Tensor(False), lambda: 1, lambda: 2) == 2
    assert [ops.switch(i, [lambda a: a, lambda a: -a], 3) for i in (0, 1, 7, -2)] == [3, -3, -3, 3]
    assert ops.while_loop(lambda i, total: i < 5, lambda i, total: (i + 1, total + i), (0, 0)) == (5, 10)
    assert ops.while_loop(lambda i: True, lambda i: i + 1, 0, maximum_iterations=4) == 4
    assert ops.fori_loop(0, 4, lambda i, value: value + i, 10) == 16
    last, sums = ops.scan(lambda carry, x: (carry + x, carry * x), ops.zeros((), "float64"), ROW)
    assert_close(last, ROW.sum()), assert_close(sums, (np.cumsum(ROW) - ROW) * ROW)
    last, sums = ops.scan(lambda carry, x: (carry + x["a"], {"y": carry}), 0.0, {"a": ROW}, reverse=True)
    assert_close(last, ROW.sum()), assert_close(sums["y"], np.cumsum(ROW[::-1])[::-1] - ROW)
    assert ops.scan(lambda carry, x: (carry + 1, carry), 0, length=3)[1].tolist() == [0, 1, 2]
    check_gradient(lambda x: ops.scan(lambda carry, each: (carry * each, carry + each), ops.ones((), "float64"), x)[1], ROW)
    assert_close(ops.map(lambda x: x * 2, A), A * 2)
    assert_close(ops.vectorized_map(lambda x: ops.sum(x[0] * x[1]), [A, B]), (A * B).sum(1))
    assert_close(ops.associative_scan(lambda a, b: a + b, A, axis=1), np.cumsum(A, 1))
    assert_close(ops.associative_scan(lambda a, b: a + b, A, reverse=True), np.cumsum(A[::-1], 0)[::-1])
    assert_close(ops.vectorize(lambda a, b: a if float(a) > float(b) else b)(A, ROW), np.maximum(A, ROW))
    assert_close(ops.extract_sequences(np.arange(7.0), 3, 2), [[0, 1, 2], [2, 3, 4], [4, 5, 6]])
    all_close(ops.unstack(A, axis=1), [A[:, i] for i in range(4)])


def test_softmax_over_several_axes():
    for axis, along in ((-1, -1), (1, 1), ((0, 2), (0, 2)), (None, (0, 1, 2))):
        assert_close(ops.softmax(CUBE, axis), softmax(CUBE, along))
        assert_close(ops.log_softmax(CUBE, axis), np.log(softmax(CUBE, along)))
        check_gradient(lambda x: ops.softmax(x, axis), CUBE), check_gradient(lambda x: ops.log_softmax(x, axis), CUBE)


def test_gelu_approximates_as_keras_ops_does():
    approximate = 0.5 * A * (1 + np.tanh(math.sqrt(2 / math.pi) * (A + 0.044715 * A**3)))
    assert_close(ops.gelu(A), approximate)
    assert_close(ops.gelu(A, False), A * 0.5 * (1 + np.vectorize(math.erf)(A / math.sqrt(2))))
    assert_close(keras.activations.gelu(A), ops.gelu(A, approximate=False))


def test_one_hot():
    assert_close(ops.one_hot([2, 0, -1], 3), [[0, 0, 1], [1, 0, 0], [0, 0, 0]], dtype="float32")
    assert_close(ops.one_hot([[1], [0]], 2, axis=0, dtype="int32"), np.eye(2, dtype="int32")[[[1], [0]]].transpose(2, 0, 1))
    assert_close(ops.multi_hot([[0, 2], [1, 1]], 4), [[1, 0, 1, 0], [0, 1, 0, 0]], dtype="float32")
    assert_close(ops.multi_hot([0, 2], num_classes=3), [1, 0, 1])


def test_crossentropies():
    targets, logits = np.round(draw(3, 4, low=0, high=1)), draw(3, 4)
    p = 1 / (1 + np.exp(-logits))
    binary = -targets * np.log(p) - (1 - targets) * np.log(1 - p)
    assert_close(ops.binary_crossentropy(targets, p), binary)
    assert_close(ops.binary_crossentropy(targets, logits, from_logits=True), binary)
    assert_close(ops.binary_crossentropy([1.0], [-1000.0], from_logits=True), [1000.0])
    shares, labels = softmax(logits), np.array([3, 0, 1])
    categorical = -np.log(shares)[np.arange(3), labels]
    for target in (np.eye(4)[labels],):
        assert_close(ops.categorical_crossentropy(target, shares * 3), categorical)
        assert_close(ops.categorical_crossentropy(target, logits, from_logits=True), categorical)
        assert_close(ops.categorical_crossentropy(target.T, logits.T, from_logits=True, axis=0), categorical)
    assert_close(ops.sparse_categorical_crossentropy(labels, shares * 3), categorical)
    assert_close(ops.sparse_categorical_crossentropy(labels[:, None], logits, from_logits=True), categorical)
    check_gradient(lambda x: ops.binary_crossentropy(targets, x, True), logits)
    check_gradient(lambda t, x: ops.binary_crossentropy(t, x), targets, p)
    check_gradient(lambda x: ops.categorical_crossentropy(np.eye(4)[labels], x), shares)
    check_gradient(lambda x: ops.sparse_categorical_crossentropy(labels, x, from_logits=True), logits)
    with pytest.raises(linnet.InvalidArgument, match=r"crossentropy\] expected classes in \[0, 4\), received 4"):
        ops.sparse_categorical_crossentropy([0, 4, 1], logits)
    with pytest.raises(linnet.InvalidArgument, match=r"\[binary_crossentropy\] expected target and output of one shape"):
        ops.binary_crossentropy(targets, logits[:, :1])


def every_path(labels, time):
    """All ways to spell labels in so many steps, with blanks 0: brute force."""
    for path in itertools.product(range(4), repeat=time):
        merged = [symbol for symbol, _ in itertools.groupby(path) if symbol != 0]
        if merged == labels:
            yield path


def test_ctc_loss_of_shorter_sequences_and_another_blank():
    logits = draw(2, 4, 4)
    log_p = np.log(softmax(logits))
    expected = [-np.log(sum(np.exp(sum(log_p[b, t, k] for t, k in enumerate(path))) for path in every_path(labels, time)))
                for b, (labels, time) in enumerate([([1, 3], 4), ([2], 3)])]
    target = np.array([[1, 3], [2, 2]])
    assert_close(ops.ctc_loss(target, logits, [2, 1], [4, 3]), expected)
    order = [3, 0, 1, 2]  # class k of before is class order[k]: the blank is the last
    moved = np.zeros_like(logits)
    moved[:, :, order] = logits
    assert_close(ops.ctc_loss(np.array(order)[target], moved, [2, 1], [4, 3], mask_index=3), expected)
    check_gradient(lambda x: ops.ctc_loss(target, x, [2, 1], [4, 3]), logits)
    with pytest.raises(linnet.InvalidArgument, match=r"\[ctc_loss\] expected symbols in \[0, 4\) other than the blank 0"):
        ops.ctc_loss([[0, 1], [1, 2]], logits, [2, 2], [4, 4])


def attention(query, key, value, bias=0.0, mask=True, scale=None, causal=False, cap=None):
    scores = np.einsum("btnh,bsnh->bnts", query, key) * (query.shape[-1] ** -0.5 if scale is None else scale)
    scores = scores if cap is None else cap * np.tanh(scores / cap)
    visible = np.broadcast_to(mask, scores.shape) & (np.tri(*scores.shape[-2:], dtype=bool) if causal else True)
    return np.einsum("bnts,bsnh->btnh", softmax(np.where(visible, scores + bias, -1e300)), value)


@pytest.mark.parametrize("options", [{}, {"bias": draw(2, 1, 3, 3)}, {"cap": 0.5}, {"bias": draw(4, 1, 3), "causal": True},
                                     {"mask": draw(2, 1, 3, 3) > -1, "cap": 2.0, "scale": 0.7}], ids=str)
def test_attention(options):
    query, key, value = draw(2, 3, 4, 5), draw(2, 3, 4, 5), draw(2, 3, 4, 6)
    names = {"causal": "is_causal", "cap": "attn_logits_soft_cap"}
    given = {names.get(name, name): option for name, option in options.items()}
    assert_close(ops.dot_product_attention(query, key, value, **given), attention(query, key, value, **options), ulps=64)


def test_attention_with_a_cap_has_its_gradient():
    query, key, value = draw(1, 3, 1, 4), draw(1, 3, 1, 4), draw(1, 3, 1, 2)
    check_gradient(lambda *x: ops.dot_product_attention(*x, is_causal=True, attn_logits_soft_cap=0.8), query, key, value)


def test_attention_of_shared_keys_with_bias_has_its_gradient():
    query, key, value, bias = draw(1, 2, 4, 3), draw(1, 2, 2, 3), draw(1, 2, 2, 3), draw(4, 2, 2)
    repeated = [np.repeat(x, 2, 2) for x in (key, value)]
    assert_close(ops.dot_product_attention(query, key, value, bias), attention(query, *repeated, bias=bias))
    check_gradient(ops.dot_product_attention, query, key, value, bias)


def test_normalizations():
    mean, variance = A.mean(1, keepdims=True), A.var(1, keepdims=True)
    assert_close(ops.layer_normalization(A, ROW, ROW + 1, epsilon=1e-3), ROW * (A - mean) / np.sqrt(variance + 1e-3) + ROW + 1)
    assert_close(ops.rms_normalization(A, ROW), ROW * A / np.sqrt(np.square(A).mean(1, keepdims=True) + 1e-7))
    column = draw(3)
    centered = (A - A.mean(0)) / np.sqrt(A.var(0) + 1e-7)
    assert_close(ops.layer_normalization(A, column, axis=0), column[:, None] * centered)
    all_close(ops.moments(CUBE, [0, 1], keepdims=True), [CUBE.mean((0, 1), keepdims=True), CUBE.var((0, 1), keepdims=True)])
    expected = (CUBE - column[:, None]) / np.sqrt(np.square(column) + 1e-3)[:, None] * 2 + 1
    assert_close(ops.batch_normalization(CUBE, column, column**2, 1, np.ones(3), np.full(3, 2.0)), expected)
    assert_close(ops.normalize(A), A / np.linalg.norm(A, axis=-1, keepdims=True))
    assert_close(ops.normalize(A, 0, 1), A / np.abs(A).sum(0)), assert_close(ops.normalize(np.zeros(3)), np.zeros(3))
    assert_close(ops.psnr(A, B, 2.0), 20 * np.log10(2) - 10 * np.log10(np.square(A - B).mean()))
    check_gradient(lambda x, gamma, beta: ops.layer_normalization(x, gamma, beta), A, ROW, ROW)
    check_gradient(lambda x, scale: ops.rms_normalization(x, scale), A, ROW)
    check_gradient(lambda x, m, v, o, s: ops.batch_normalization(x, m, v, -1, o, s), A, ROW, ROW**2, ROW, ROW)
    check_gradient(lambda x: ops.normalize(x), A), check_gradient(lambda x: ops.normalize(x, 0, 3), A)
    check_gradient(lambda x: ops.moments(x, [0]), A), check_gradient(lambda a, b: ops.psnr(a, b, 1.0), A, B)


def test_convolutions_and_pools():
    images, kernel = draw(2, 5, 6, 3), draw(2, 2, 3, 4)
    expected = sum(np.einsum("nijc,cf->nijf", images[:, i:i + 4, j:j + 5], kernel[i, j]) for i in range(2) for j in range(2))
    assert_close(ops.conv(images, kernel), expected)
    assert_close(ops.conv(images, kernel, strides=(2, 1)), expected[:, ::2])
    assert_close(ops.conv(images.transpose(0, 3, 1, 2), kernel, data_format="channels_first"), expected.transpose(0, 3, 1, 2))
    assert ops.conv(images, kernel, padding="same", dilation_rate=2).shape == (2, 5, 6, 4)
    depthwise = draw(2, 2, 3, 2)
    expected = sum(images[:, i:i + 4, j:j + 5, :, None] * depthwise[i, j] for i in range(2) for j in range(2))
    assert_close(ops.depthwise_conv(images, depthwise), expected.reshape(2, 4, 5, 6))
    pointwise = draw(1, 1, 6, 3)
    assert_close(ops.separable_conv(images, depthwise, pointwise), expected.reshape(2, 4, 5, 6) @ pointwise[0, 0])
    back = ops.conv_transpose(images, draw(3, 3, 2, 3), strides=2, padding="same")
    assert back.shape == (2, 10, 12, 2)
    windows = images[:, :4, :6].reshape(2, 2, 2, 3, 2, 3)
    assert_close(ops.max_pool(images, 2), windows.max((2, 4)))
    assert_close(ops.average_pool(images, (2, 2)), windows.mean((2, 4)))
    assert ops.max_pool(images, 2, strides=1, padding="same").shape == images.shape
    small = draw(1, 4, 3, 2)
    check_gradient(lambda x, k: ops.conv(x, k, padding="same"), small, draw(2, 2, 2, 2))
    check_gradient(lambda x, k: ops.depthwise_conv(x, k, data_format="channels_first"), draw(1, 2, 4, 3), draw(2, 2, 2, 1))
    check_gradient(lambda x, k: ops.conv_transpose(x, k, 2), small, draw(2, 2, 2, 2))
    check_gradient(lambda x: ops.max_pool(x, 2), small), check_gradient(lambda x: ops.average_pool(x, 2, 1, "same"), small)
    with pytest.raises(linnet.InvalidArgument, match=r"\[conv\] expected one or 2 numbers as strides, received \(1, 2, 3\)"):
        ops.conv(images, kernel, strides=(1, 2, 3))
    with pytest.raises(linnet.InvalidArgument, match=r"\[max_pool\] expected padding \"valid\" or \"same\", received \"full\""):
        ops.max_pool(images, 2, padding="full")


def test_unfold():
    x = draw(2, 3, 5, 6)
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (2, 2)))
    windows = [padded[:, :, i:i + 3:2, j:j + 3].reshape(2, -1) for i in range(0, 5, 2) for j in range(0, 8)]
    assert_close(ops.unfold(x, (2, 3), dilation=(2, 1), padding=(1, 2), stride=(2, 1)), np.stack(windows, -1))
    check_gradient(lambda each: ops.unfold(each, 2, padding=1), draw(1, 2, 3, 3))


@pytest.mark.parametrize("call, message", [
    (lambda: ops.median(None), r"\[median\] expected numbers, received None"),
    (lambda: ops.median(A, axis=2), r"\[median\] expected an axis in \[-2, 2\), received 2"),
    (lambda: ops.squeeze(A, (0, 0)), r"\[squeeze\] expected different axes"),
    (lambda: ops.quantile(A, 1.5), r"\[quantile\] expected q in \[0, 1\], received 1.5"),
    (lambda: ops.quantile(A, 0.5, method="best"), r"\[quantile\] expected method linear, lower.* received 'best'"),
    (lambda: ops.split(A, 3, axis=1), r"\[split\] expected pieces of one size, received 3 pieces of an axis of size 4"),
    (lambda: ops.pad(A, 1, "mirror"), r"\[pad\] expected mode constant, reflect.*received 'mirror'"),
    (lambda: ops.pad(A, -1), r"\[pad\] expected widths >= 0"),
    (lambda: ops.meshgrid(ROW, indexing="yx"), r"\[meshgrid\] expected indexing"),
    (lambda: ops.unstack(A, num=2), r"\[unstack\] expected num=3"),
    (lambda: ops.concatenate([]), r"\[concatenate\] expected at least one tensor, received none"),
    (lambda: ops.searchsorted(A, 1.0), r"\[searchsorted\] expected a sorted sequence with one axis"),
    (lambda: ops.ldexp(1.0, 0.5), r"\[ldexp\] expected whole exponents x2"),
    (lambda: ops.where(MASK, A), r"\[where\] expected x1 and x2, or neither"),
    (lambda: ops.diag(CUBE), r"\[diag\] expected one or two axes"),
    (lambda: ops.tril(ROW), r"\[tril\] expected at least two axes"),
    (lambda: ops.cross(A, A), r"\[cross\] expected vectors of size 2 or 3"),
    (lambda: ops.average(A, weights=ROW), r"\[average\] expected weights of x's shape"),
    (lambda: ops.bincount([1], sparse=True), r"\[bincount\] expected sparse=False"),
    (lambda: ops.norm(CUBE, 1), r"\[norm\] expected one or two axes for ord=1"),
    (lambda: ops.scan(lambda c, x: (c, x), 0), r"\[scan\] expected xs or length"),
])
def test_messages(call, message):
    with pytest.raises(linnet.InvalidArgument, match=message):
        call()


def test_what_is_missing_is_named():
    with pytest.raises(AttributeError, match=r"\[keras.ops\] Linnet has no keras.ops.frobnicate \(yet\)"):
        ops.frobnicate
    with pytest.raises(AttributeError, match=r"Linnet has no keras.ops.linalg.eig \(yet\); did you mean eigh"):
        ops.linalg.eig


def test_submodules_have_the_same_functions():
    for module in (ops.numpy, ops.nn, ops.linalg):
        names = [name for name in vars(module) if not name.startswith("_") and name != "missing"]
        assert len(names) > 10 and all(getattr(ops, name) is getattr(module, name) for name in names)


def test_a_model_trains_on_a_loss_of_many_operations():
    def loss(y_true, y_pred):
        error = ops.logaddexp(y_pred - y_true, y_true - y_pred) + ops.hypot(y_pred - y_true, 1e-3)
        worst = ops.take_along_axis(error, ops.argsort(error, axis=-1), axis=-1)
        return ops.average(ops.cumsum(worst, axis=-1), axis=-1) + ops.logsumexp(ops.pad(error, ((0, 0), (1, 1))), axis=-1)

    keras.utils.set_random_seed(1)
    x = draw(64, 5).astype("float32")
    y = x @ draw(5, 3).astype("float32")
    model = keras.Sequential([keras.layers.Dense(3)])
    model.compile(keras.optimizers.Adam(0.05), loss)
    history = model.fit(x, y, epochs=20, batch_size=16, verbose=0).history["loss"]
    assert history[-1] < 0.7 * history[0]
