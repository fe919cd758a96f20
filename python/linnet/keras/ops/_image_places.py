"""Images, and arrays, looked at in other places."""
import functools
import itertools
import operator

import numpy

from ._image_layout import in_dtype
from ._tensors import (Tensor, all_axes, engine, fail, floating, from_numpy, is_float, moved, numbers, picked,
                       same_floating, sizes, tensor)

# The place inside an array of one size that a place outside it shows.
_INSIDE = {
    "constant": lambda place, size: numpy.clip(place, 0, size - 1),
    "nearest": lambda place, size: numpy.clip(place, 0, size - 1),
    "wrap": lambda place, size: place % size,
    "mirror": lambda place, size: numpy.abs((place + size - 1) % max(2 * size - 2, 1) - (size - 1)),
    "reflect": lambda place, size: numpy.minimum(place % (2 * size), 2 * size - 1 - place % (2 * size)),
}


def map_coordinates(inputs, coordinates, order, fill_mode="constant", fill_value=0):
    """An array of n axes at the places coordinates (n, …), -> (…): with order=1 between its elements, weighted by the
    distances, with order=0 the nearest element, in its dtype.

    Outside, by fill_mode: "constant" fill_value, "nearest" the element at the edge, "wrap" the opposite side, "mirror"
    (c b | a b c | b a) or "reflect" (b a | a b c | c b). Gradients flow to the elements and, with order=1, to the places.
    """
    inputs = tensor(inputs)
    places = _places(coordinates, inputs)
    if fill_mode not in _INSIDE:
        fail(f"expected fill_mode {', '.join(_INSIDE)}, received {fill_mode!r}")
    if order not in (0, 1):
        fail(f"expected order 0 or 1, received {order!r}")
    corners = [_corners(places[axis], order) for axis in range(inputs.ndim)]
    values = floating(inputs)
    terms = [_corner(values, corner, fill_mode, fill_value) for corner in itertools.product(*corners)]
    return in_dtype(functools.reduce(operator.add, terms), inputs.dtype)


def _places(coordinates, inputs):
    """Coordinates, of which lists hold one tensor for each axis, as one tensor of real numbers."""
    if isinstance(coordinates, (list, tuple)) and any(isinstance(each, Tensor) for each in coordinates):
        coordinates = engine.stack(same_floating(*coordinates), 0)
    places = floating(coordinates)
    if places.ndim < 2 or places.shape[0] != inputs.ndim or not inputs.size:
        fail(f"expected coordinates (axes, …) of elements of an array with so many axes, received shape {places.shape} for "
             f"shape {inputs.shape}")
    return places


_FAR = 2.0 ** 40  # further out all places are alike


def _corners(place, order):
    """The neighbours of places along an axis, with their weights."""
    exact = numbers(place).astype("float64")
    low = numpy.floor(exact if order else exact + 0.5)
    low = numpy.clip(numpy.nan_to_num(low, nan=-_FAR), -_FAR, _FAR)
    if order == 0:
        return [(low.astype("int64"), None)]
    share = place - from_numpy(low, place.dtype)
    return [(low.astype("int64"), 1.0 - share), (low.astype("int64") + 1, share)]


def _corner(values, corner, fill_mode, fill_value):
    """The weighted elements at one neighbour along each axis."""
    inside = [_INSIDE[fill_mode](low, size) for (low, _), size in zip(corner, values.shape)]
    y = picked(engine.reshape(values, (values.size,)), numpy.ravel_multi_index(inside, values.shape), 0)
    if fill_mode == "constant":
        valid = numpy.all([low == within for (low, _), within in zip(corner, inside)], 0)
        y = engine.where(tensor(valid), y, float(fill_value))
    for _, weight in corner:
        y = y if weight is None else y * engine.cast(weight, y.dtype)
    return y


def homography(start_points, end_points):
    """The transforms (n, 8) of affine_transform() that show the start points (n, 4, 2), each (x, y), at the end points."""
    start, end = (numbers(points).astype("float64") for points in (start_points, end_points))
    if start.shape != end.shape or start.shape[-2:] != (4, 2) or start.ndim not in (2, 3):
        fail(f"expected start_points and end_points (4, 2), or (batch, 4, 2), received shapes {start.shape} and {end.shape}")
    start, (x, y) = start.reshape(-1, 4, 2), numpy.moveaxis(end.reshape(-1, 4, 2), -1, 0)
    one, zero = numpy.ones_like(x), numpy.zeros_like(x)
    u, v = start[..., 0], start[..., 1]
    rows = [[x, y, one, zero, zero, zero, -u * x, -u * y], [zero, zero, zero, x, y, one, -v * x, -v * y]]
    equations = numpy.concatenate([numpy.stack(row, -1) for row in rows], 1)
    try:
        return numpy.linalg.solve(equations, numpy.concatenate([u, v], 1)[..., None])[..., 0]
    except numpy.linalg.LinAlgError:
        fail("expected start_points and end_points of which no three lie on a line, received points that no view of a plane "
             "brings together")


def _cubic(x):
    return numpy.where(x < 1, (1.5 * x - 2.5) * x * x + 1, numpy.where(x < 2, ((-0.5 * x + 2.5) * x - 4) * x + 2, 0))


def _lanczos(radius):
    return lambda x: numpy.where(x <= radius, numpy.sinc(x) * numpy.sinc(x / radius), 0)


# Weights by distance.
_METHODS = {**dict.fromkeys(("linear", "bilinear", "trilinear", "triangle"), lambda x: numpy.maximum(0, 1 - x)),
            **dict.fromkeys(("cubic", "bicubic", "tricubic"), _cubic), "lanczos3": _lanczos(3), "lanczos5": _lanczos(5)}


def scale_and_translate(images, output_shape, scale, translation, spatial_dims, method, antialias=True):
    """An array of output_shape that shows what is at x, along each axis of spatial_dims, at scale · x + translation, where
    the centre of element i is at i + 0.5; zeros where nothing is.

    method: "linear", "cubic" (Keys's, a = -0.5), "lanczos3" or "lanczos5"; with `antialias`, smaller images average over
    all that they leave out. In the images' dtype; no gradient flows to scale and translation.
    """
    images, shape = tensor(images), sizes(output_shape, "output_shape")
    axes = all_axes(tuple(spatial_dims), images.ndim)
    scales, shifts = (numpy.atleast_1d(numbers(each)).astype("float64") for each in (scale, translation))
    if method not in _METHODS:
        fail(f"expected method {', '.join(_METHODS)}, received {method!r}")
    if not scales.shape == shifts.shape == (len(axes),) or not (scales > 0).all():
        fail(f"expected a scale above 0 and a translation for each of spatial_dims={spatial_dims}, received {scales.tolist()} "
             f"and {shifts.tolist()}")
    kept = [axis for axis in range(images.ndim) if axis not in axes]
    if len(shape) != images.ndim or min(shape, default=0) < 0 or any(shape[axis] != images.shape[axis] for axis in kept):
        fail(f"expected output_shape like shape {images.shape} but along spatial_dims={spatial_dims}, received {shape}")
    y = floating(images)
    for axis, by, shift in zip(axes, scales, shifts):
        weights = _resampling(images.shape[axis], shape[axis], by, shift, _METHODS[method], antialias)
        last = y.ndim - 1
        y = moved(engine.matmul(moved(y, [axis], [last]), from_numpy(weights, y.dtype)), [last], [axis])
    return in_dtype(y, images.dtype)


def _resampling(size, new_size, scale, translation, weight, antialias):
    """The weight of each old element in each new one: (size, new_size)."""
    centres = (numpy.arange(new_size) + 0.5 - translation) / scale - 0.5
    reach = max(1 / scale, 1) if antialias else 1
    weights = weight(numpy.abs(centres - numpy.arange(size)[:, None]) / reach)
    total = weights.sum(0)
    known = (numpy.abs(total) > 1000 * numpy.finfo("float32").eps) & (centres >= -0.5) & (centres <= size - 0.5)
    return numpy.where(known, weights / numpy.where(known, total, 1), 0)
