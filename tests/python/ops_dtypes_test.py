"""keras.ops: defaults, dtypes, and tensors made from nothing."""
import inspect

import numpy as np
import pytest

import linnet
from ops_checks import all_close, assert_close, ops, A, BOOL, BYTE, INT, RANDOM

SIGNATURES = {
    "all": "x, axis=None, keepdims=False", "any": "x, axis=None, keepdims=False", "append": "x1, x2, axis=None",
    "arange": "start, stop=None, step=None, dtype=None", "argmax": "x, axis=None, keepdims=False",
    "argpartition": "x, kth, axis=-1", "argsort": "x, axis=-1", "average": "x, axis=None, weights=None",
    "bincount": "x, weights=None, minlength=0, sparse=False", "clip": "x, x_min, x_max", "concatenate": "xs, axis=0",
    "count_nonzero": "x, axis=None", "cross": "x1, x2, axisa=-1, axisb=-1, axisc=-1, axis=None",
    "cumprod": "x, axis=None, dtype=None", "cumsum": "x, axis=None, dtype=None", "diag": "x, k=0",
    "diagonal": "x, offset=0, axis1=0, axis2=1", "diff": "a, n=1, axis=-1", "expand_dims": "x, axis",
    "eye": "N, M=None, k=0, dtype=None", "flip": "x, axis=None", "full": "shape, fill_value, dtype=None",
    "full_like": "x, fill_value, dtype=None", "histogram": "x, bins=10, range=None", "identity": "n, dtype=None",
    "isclose": "x1, x2, rtol=1e-05, atol=1e-08, equal_nan=False",
    "linspace": "start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0",
    "logspace": "start, stop, num=50, endpoint=True, base=10, dtype=None, axis=0",
    "max": "x, axis=None, keepdims=False, initial=None", "mean": "x, axis=None, keepdims=False",
    "median": "x, axis=None, keepdims=False", "min": "x, axis=None, keepdims=False, initial=None",
    "moveaxis": "x, source, destination", "nan_to_num": "x, nan=0.0, posinf=None, neginf=None",
    "ones_like": "x, dtype=None", "pad": "x, pad_width, mode='constant', constant_values=None",
    "prod": "x, axis=None, keepdims=False, dtype=None", "quantile": "x, q, axis=None, method='linear', keepdims=False",
    "repeat": "x, repeats, axis=None", "reshape": "x, newshape", "roll": "x, shift, axis=None", "round": "x, decimals=0",
    "searchsorted": "sorted_sequence, values, side='left'", "select": "condlist, choicelist, default=0", "sort": "x, axis=-1",
    "split": "x, indices_or_sections, axis=0", "squeeze": "x, axis=None", "stack": "x, axis=0",
    "std": "x, axis=None, keepdims=False", "sum": "x, axis=None, keepdims=False", "swapaxes": "x, axis1, axis2",
    "take": "x, indices, axis=None", "take_along_axis": "x, indices, axis=None", "tensordot": "x1, x2, axes=2",
    "tile": "x, repeats", "trace": "x, offset=0, axis1=0, axis2=1", "transpose": "x, axes=None",
    "tri": "N, M=None, k=0, dtype=None", "tril": "x, k=0", "triu": "x, k=0", "var": "x, axis=None, keepdims=False",
    "where": "condition, x1=None, x2=None", "zeros": "shape, dtype=None", "ones": "shape, dtype=None",
    "zeros_like": "x, dtype=None",
    "cast": "x, dtype", "cond": "pred, true_fn, false_fn", "convert_to_tensor": "x, dtype=None, sparse=None, ragged=None",
    "fori_loop": "lower, upper, body_fun, init_val", "map": "f, xs",
    "scan": "f, init, xs=None, length=None, reverse=False, unroll=1", "scatter": "indices, values, shape",
    "slice": "inputs, start_indices, shape", "slice_update": "inputs, start_indices, updates",
    "stop_gradient": "variable", "switch": "index, branches, *operands", "unstack": "x, num=None, axis=0",
    "vectorized_map": "function, elements", "while_loop": "cond, body, loop_vars, maximum_iterations=None",
    "in_top_k": "targets, predictions, k", "logsumexp": "x, axis=None, keepdims=False", "top_k": "x, k, sorted=True",
    "unfold": "x, kernel_size, dilation=1, padding=0, stride=1",
    "segment_sum": "data, segment_ids, num_segments=None, sorted=False",
    "segment_max": "data, segment_ids, num_segments=None, sorted=False",
    "fold": "x, output_size, kernel_size, dilation=1, padding=0, stride=1",
    "adaptive_average_pool": "inputs, output_size, data_format=None",
    "adaptive_max_pool": "inputs, output_size, data_format=None",
    "allclose": "x1, x2, rtol=1e-05, atol=1e-08, equal_nan=False",
    "ctc_decode": "inputs, sequence_lengths, strategy='greedy', beam_width=100, top_paths=1, merge_repeated=True, "
                  "mask_index=0",
    "lu_factor": "x",
    "average_pool": "inputs, pool_size, strides=None, padding='valid', data_format=None",
    "batch_normalization": "x, mean, variance, axis, offset=None, scale=None, epsilon=0.001",
    "binary_crossentropy": "target, output, from_logits=False",
    "categorical_crossentropy": "target, output, from_logits=False, axis=-1",
    "sparse_categorical_crossentropy": "target, output, from_logits=False, axis=-1",
    "conv": "inputs, kernel, strides=1, padding='valid', data_format=None, dilation_rate=1",
    "depthwise_conv": "inputs, kernel, strides=1, padding='valid', data_format=None, dilation_rate=1",
    "separable_conv": "inputs, depthwise_kernel, pointwise_kernel, strides=1, padding='valid', data_format=None, "
                      "dilation_rate=1",
    "conv_transpose": "inputs, kernel, strides=1, padding='valid', output_padding=None, data_format=None, dilation_rate=1",
    "ctc_loss": "target, output, target_length, output_length, mask_index=0",
    "dot_product_attention": "query, key, value, bias=None, mask=None, scale=None, is_causal=False, flash_attention=None, "
                             "attn_logits_soft_cap=None",
    "gelu": "x, approximate=True", "elu": "x, alpha=1.0", "leaky_relu": "x, negative_slope=0.2",
    "log_softmax": "x, axis=-1", "softmax": "x, axis=-1",
    "max_pool": "inputs, pool_size, strides=None, padding='valid', data_format=None",
    "moments": "x, axes, keepdims=False, synchronized=False",
    "multi_hot": "inputs, num_classes=None, axis=-1, dtype=None, sparse=False, **kwargs",
    "normalize": "x, axis=-1, order=2, epsilon=None", "one_hot": "x, num_classes, axis=-1, dtype=None, sparse=False",
    "psnr": "x1, x2, max_val", "rms_normalization": "x, scale=1, axis=-1, epsilon=None",
    "cholesky": "x, upper=False", "norm": "x, ord=None, axis=None, keepdims=False", "qr": "x, mode='reduced'",
    "solve": "a, b", "solve_triangular": "a, b, lower=False", "svd": "x, full_matrices=True, compute_uv=True",
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_signatures_are_keras(name):
    assert str(inspect.signature(getattr(ops, name))) == f"({SIGNATURES[name]})"


IMAGE_SIGNATURES = {
    "elastic_transform": "images, alpha=20.0, sigma=5.0, interpolation='bilinear', fill_mode='reflect', fill_value=0.0, "
                         "seed=None, data_format=None",
    "extract_patches": "images, size, strides=None, dilation_rate=1, padding='valid', data_format=None",
    "extract_patches_3d": "volumes, size, strides=None, dilation_rate=1, padding='valid', data_format=None",
    "gaussian_blur": "images, kernel_size=(3, 3), sigma=(1.0, 1.0), data_format=None",
    "map_coordinates": "inputs, coordinates, order, fill_mode='constant', fill_value=0",
    "perspective_transform": "images, start_points, end_points, interpolation='bilinear', fill_value=0, data_format=None",
    "scale_and_translate": "images, output_shape, scale, translation, spatial_dims, method, antialias=True",
    "sobel_edges": "images, data_format=None",
    "ssim": "image1, image2, max_val=1.0, filter_size=11, filter_sigma=1.5, k1=0.01, k2=0.03, data_format=None",
}


@pytest.mark.parametrize("name", IMAGE_SIGNATURES)
def test_signatures_of_image_operations_are_keras(name):
    assert str(inspect.signature(getattr(ops.image, name))) == f"({IMAGE_SIGNATURES[name]})"


DTYPES = {  # of int32, bool, uint8
    **dict.fromkeys(["sum", "prod", "nansum"], ("int32", "int32", "int64")),
    **dict.fromkeys(["max", "min", "amax", "sort", "ravel", "flip", "copy", "negative", "transpose"],
                    ("int32", "bool", "uint8")),
    **dict.fromkeys(["square", "cumsum", "cumprod"], ("int32", "int32", "uint8")),
    **dict.fromkeys(["mean", "var", "std", "median", "average", "exp", "log2", "sqrt", "floor", "ceil", "reciprocal", "cbrt",
                     "deg2rad", "sinc", "erfinv", "arcsinh", "logsumexp", "norm", "softmax"], ("float32",) * 3),
    **dict.fromkeys(["argmax", "argmin", "argsort", "count_nonzero"], ("int32",) * 3),
    **dict.fromkeys(["any", "all", "isnan", "logical_not", "signbit"], ("bool",) * 3),
    **dict.fromkeys(["round", "trunc", "abs", "sign", "zeros_like", "ones_like"], ("int32", "bool", "uint8")),
}


@pytest.mark.parametrize("name", DTYPES)
def test_dtypes_of_integers_and_booleans(name):
    assert tuple(getattr(ops, name)(x).dtype for x in (INT, BOOL, BYTE)) == DTYPES[name]


@pytest.mark.parametrize("name", ["sum", "prod", "max", "min", "mean", "var", "std", "median", "cumsum", "cumprod", "square",
                                  "diff", "argmax", "sort", "trace", "ptp"])
@pytest.mark.parametrize("x", [INT, np.array([[5, 1, 2]], "int64")], ids=["int32", "int64"])
def test_values_of_integers(name, x):
    assert_close(getattr(ops, name)(x), getattr(np, name)(x))


def test_products_of_integers_and_booleans():
    for name in ("matmul", "dot", "inner", "tensordot", "vdot", "outer", "kron"):
        assert_close(getattr(ops, name)(INT, INT), getattr(np, name)(INT, INT), dtype="int32")
    assert_close(ops.einsum("ij,jk->ik", INT, INT), INT @ INT, dtype="int32")
    assert_close(ops.matmul(BOOL, BOOL), BOOL @ BOOL, dtype="bool")
    assert ops.matmul(INT, INT.astype("float32")).dtype == "float32"


def test_numbers_take_the_dtype_beside_them():
    for dtype in ("float64", "bfloat16", "float32"):
        x = ops.cast([1.0, 2.0], dtype)
        for y in (x + 1, ops.logaddexp(x, 1.0), ops.hypot(x, 2), ops.where([True, False], x, 0.0), ops.maximum(0.5, x),
                  ops.clip(x, 0.5, 1.5), ops.divide_no_nan(x, 2.0), ops.heaviside(x, 0.5), ops.select([x > 1], [x], 0.0)):
            assert y.dtype == dtype
    assert ops.maximum(INT, 1).dtype == "int32" and ops.maximum(INT, 1.5).dtype == "float32"
    assert ops.where(BOOL, 1, 0).dtype == "int32" and ops.where(BOOL, 1.0, 0).dtype == "float32"
    assert ops.maximum(BOOL, BOOL).dtype == "bool"


def test_integers_bit_by_bit():
    a, b = RANDOM.integers(-50, 50, size=(3, 4)).astype("int32"), RANDOM.integers(0, 7, size=4).astype("int32")
    for name in ("bitwise_and", "bitwise_or", "bitwise_xor", "left_shift", "right_shift", "gcd", "lcm"):
        assert_close(getattr(ops, name)(a, b), getattr(np, name)(a, b), dtype="int32")
    assert_close(ops.bitwise_not(a), ~a, dtype="int32")
    assert_close(ops.bitwise_left_shift(a, 2), a << 2, dtype="int32")
    assert_close(ops.bitwise_and(BOOL, True), BOOL, dtype="bool")
    with pytest.raises(linnet.InvalidArgument, match=r"\[bitwise_and\] expected integers or booleans, received dtype float32"):
        ops.bitwise_and(1.5, 2)


def test_tensors_from_nothing():
    cases = {"zeros": (2, 3), "ones": (2, 3), "eye": 3, "identity": 3, "tri": 3}
    for name, argument in cases.items():
        assert_close(getattr(ops, name)(argument), getattr(np, name)(argument), dtype="float32")
    assert_close(ops.eye(2, 4, 1, "int32"), np.eye(2, 4, 1), dtype="int32")
    assert_close(ops.tri(2, 4, -1), np.tri(2, 4, -1), dtype="float32")
    assert_close(ops.zeros(3), np.zeros(3)), assert_close(ops.full(3, 2), np.full(3, 2.0), dtype="float32")
    assert ops.empty((2, 0)).shape == (2, 0) and ops.empty_like(INT).dtype == "int32"
    assert_close(ops.arange(5), np.arange(5), dtype="int32")
    assert_close(ops.arange(1, 7, 2), np.arange(1, 7, 2), dtype="int32")
    assert_close(ops.arange(0.5, 3), np.arange(0.5, 3), dtype="float32")
    assert_close(ops.arange(3, dtype="float64"), np.arange(3.0), dtype="float64")
    assert_close(ops.linspace(0, 1, 5), np.linspace(0, 1, 5), dtype="float32", ulps=1)
    assert_close(ops.linspace(2, 3, 1), np.linspace(2, 3, 1)), assert_close(ops.linspace(2, 3, 0), np.linspace(2, 3, 0))
    values, step = ops.linspace(0.0, 2.0, 5, retstep=True)
    assert float(step) == 0.5
    assert_close(ops.logspace(0, 3, 4), [1, 10, 100, 1000], dtype="float32", ulps=2)
    for name in ("bartlett", "blackman", "hamming", "hanning"):
        assert_close(getattr(ops, name)(8), getattr(np, name)(8), dtype="float32")
    assert_close(ops.kaiser(8, 3.0), np.kaiser(8, 3.0), dtype="float32")
    counts, edges = ops.histogram(A, bins=4, range=(-1, 1))
    expected = np.histogram(A, bins=4, range=(-1, 1))
    assert_close(counts, expected[0], dtype="int32"), assert_close(edges, expected[1])


def test_copies_share_nothing():
    x = np.ones(3, "float32")
    y, z = ops.copy(x), ops.array(x)
    x[0] = 5
    assert y.numpy()[0] == z.numpy()[0] == 1


def test_nothing_and_numbers():
    nothing = np.zeros((0, 3), "float32")
    for name in ("sum", "prod", "cumsum", "cumprod", "sort", "ravel", "square", "argsort", "flip", "transpose", "nonzero",
                 "exp2", "any", "all", "isnan", "copy", "round", "count_nonzero", "diff", "triu"):
        all_close(getattr(ops, name)(nothing), getattr(np, name)(nothing))
    assert_close(ops.max(nothing, initial=2.0), np.float32(2)), assert_close(ops.sum(nothing, 0), np.zeros(3))
    assert_close(ops.max(nothing, 0, initial=1.0), np.ones(3)), assert_close(ops.concatenate([nothing, nothing]), nothing)
    for name in ("sum", "max", "median", "cbrt", "cumsum", "ravel", "square", "size", "ndim"):
        assert_close(getattr(ops, name)(2.0), getattr(np, name)(np.float32(2)))
    assert_close(ops.add([1, 2], [3, 4]), [4, 6], dtype="int32")
    assert_close(ops.mean([[1, 2], [3, 4]], 0), [2, 3], dtype="float32")
