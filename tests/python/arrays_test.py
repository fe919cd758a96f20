"""Tensors and NumPy's arrays on the same memory."""
import gc
import sys

import numpy as np
import pytest

import linnet


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64", "uint8", "bool"])
def test_both_sides_see_what_the_other_writes(dtype):
    array = np.zeros((2, 3), dtype)
    tensor = linnet.Tensor(array)
    assert tensor.dtype == dtype and tensor.shape == (2, 3) and tensor.ndim == 2 and tensor.size == 6
    array[1, 2] = 1
    assert tensor[1, 2].item() == 1
    back = np.asarray(tensor)
    back[0, 0] = 1
    assert array[0, 0] == 1 and back.dtype == array.dtype
    for view in (tensor.numpy(), np.asarray(tensor), np.array(tensor, copy=False), memoryview(tensor)):
        assert np.shares_memory(array, view)
    assert not np.shares_memory(array, np.array(tensor))
    assert not np.shares_memory(array, tensor.__array__(copy=True)) and np.shares_memory(array, tensor.__array__())
    assert tensor.__array__("float64").dtype == np.float64


def test_views_keep_their_strides():
    array = np.arange(24, dtype="float32").reshape(2, 3, 4)
    for view in (array[:, 1:], array[..., ::2], array.T, array[0], np.broadcast_to(array[0, 0], (5, 4))):
        tensor = linnet.Tensor(view)
        assert np.array_equal(tensor.numpy(), view)
        assert np.shares_memory(array, tensor.numpy()) == view.flags.writeable
    part = linnet.Tensor(array)[1, :, 1:3]
    assert np.shares_memory(array, part.numpy()) and np.array_equal(part.numpy(), array[1, :, 1:3])


def test_what_cannot_be_shared_is_copied():
    backwards = np.arange(4, dtype="float32")[::-1]
    assert linnet.Tensor(backwards).tolist() == [3, 2, 1, 0]
    unaligned = np.frombuffer(bytearray(9), "uint8")[1:].view("float64")
    assert linnet.Tensor(unaligned).tolist() == [0]
    assert linnet.Tensor(np.array([1, 2], ">i4")).tolist() == [1, 2]
    constant = np.arange(3.0)
    constant.flags.writeable = False
    copy = linnet.Tensor(constant)
    assert not np.shares_memory(copy.numpy(), constant)


@pytest.mark.parametrize("given, dtype", [("float16", "float32"), ("int8", "int32"), ("uint16", "int32"),
                                          ("int16", "int32"), ("uint32", "int64")])
def test_dtypes_that_the_engine_does_not_have(given, dtype):
    tensor = linnet.Tensor(np.array([1, 2, 100], given))
    assert tensor.dtype == dtype and tensor.tolist() == [1, 2, 100]


def test_whole_numbers_beyond_int64():
    assert linnet.Tensor(np.array([2**63 - 1], "uint64")).tolist() == [2**63 - 1]
    assert linnet.Tensor(np.zeros(0, "uint64")).shape == (0,)
    for numbers in (np.array([2**63], "uint64"), [2**63], 2**64 - 1):
        with pytest.raises(ValueError, match=r"^\[tensor\] expected whole numbers below 2\^63, received"):
            linnet.Tensor(numbers)


def test_numbers_of_python():
    assert linnet.Tensor([1.5, 2]).dtype == "float32" and linnet.Tensor(3).dtype == "int32"
    assert linnet.Tensor([2**40]).dtype == "int64" and linnet.Tensor([2**40]).tolist() == [2**40]
    assert linnet.Tensor([[True], [False]]).dtype == "bool"
    assert linnet.Tensor([1, 2], dtype="float64").dtype == "float64"
    assert linnet.Tensor(np.float32(2)).shape == () and float(linnet.Tensor(2.5)) == 2.5 and int(linnet.Tensor(7)) == 7


def test_empty_and_scalar_arrays():
    assert linnet.Tensor(np.zeros((0, 3))).shape == (0, 3)
    assert np.asarray(linnet.Tensor(np.zeros((0, 3)))).shape == (0, 3)
    assert linnet.Tensor(np.array(2.0)).item() == 2


def test_memory_lives_as_long_as_either_side():
    tensor = linnet.Tensor(np.full(100_000, 7.0))
    gc.collect()
    assert tensor[99_999].item() == 7
    array = (tensor + 1).numpy()
    del tensor
    gc.collect()
    assert array.min() == array.max() == 8


def test_arrays_are_let_go():
    array = np.zeros(5)
    before = sys.getrefcount(array)
    tensors = [linnet.Tensor(array)[1:] for _ in range(10)]
    assert sys.getrefcount(array) == before + 10
    del tensors
    assert sys.getrefcount(array) == before


def test_dlpack():
    array = np.arange(6, dtype="float32").reshape(2, 3)
    shared = np.from_dlpack(linnet.Tensor(array))
    assert np.shares_memory(array, shared) and np.array_equal(array, shared)
    tensor = linnet.from_dlpack(array)
    assert np.shares_memory(array, tensor.numpy())
    before = linnet.memory_statistics()["live_bytes"]
    for _ in range(20):
        linnet.Tensor(array).__dlpack__()  # a capsule that nobody takes anything out of
        np.from_dlpack(linnet.Tensor(array))
    assert linnet.memory_statistics()["live_bytes"] == before
    with pytest.raises(BufferError):
        linnet.keras.Input((3,)).__dlpack__()


def test_operators():
    array = np.array([[1.0, 2.0], [3.0, 4.0]], "float32")
    x = linnet.Tensor(array)
    for result, expected in [(x + 1, array + 1), (1 - x, 1 - array), (x * array, array * array), (array / x, array / array),
                             (x ** 2, array ** 2), (2 ** x, 2 ** array), (x @ array, array @ array),
                             (array @ x, array @ array), (-x, -array), (abs(-x), array), (x // 2, array // 2),
                             (x % 2, array % 2)]:
        assert isinstance(result, linnet.Tensor)
        np.testing.assert_allclose(result.numpy(), expected, rtol=1e-6)
    assert (x > 2).tolist() == [[False, False], [True, True]] and (x == array).numpy().all()
    assert len(x) == 2 and x[-1, 0].item() == 3 and x[:, None].shape == (2, 1, 2) and x[..., 1].tolist() == [2, 4]
    assert x[np.array([1, 0])].tolist() == [[3, 4], [1, 2]]
    assert f"{x.numpy().sum():.1f} {linnet.keras.ops.sum(x):.1f}" == "10.0 10.0"


@pytest.mark.parametrize("numbers, error", [(["a"], "expected numbers, received an array of dtype"),
                                            (np.zeros((1,) * 9), "expected at most 8 axes, received 9"),
                                            ([1j], "expected numbers")])
def test_errors(numbers, error):
    with pytest.raises(ValueError, match=error):
        linnet.Tensor(numbers)


def test_index_errors():
    x = linnet.Tensor([1.0, 2.0])
    for index in (2, -3, (0, 0)):
        with pytest.raises(IndexError):
            x[index]
    with pytest.raises(ValueError, match="step cannot be zero"):
        x[::0]
    assert [value.item() for value in x] == [1, 2]


def test_gradients():
    x = linnet.Tensor(np.array([1.0, 2.0]))
    x.requires_grad = True
    (gradient,) = linnet.gradients(linnet.keras.ops.sum(x * x), [x])
    assert gradient.tolist() == [2, 4]
