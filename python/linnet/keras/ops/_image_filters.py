"""What neighbouring pixels say: images blurred, their edges, and how like another an image is."""
import numpy

from ._image_layout import channels_last, in_batch, in_dtype
from ._tensors import channels_first, engine, fail, floating, from_numpy, picked, same_floating, tensor


def _gaussian(size, sigma):
    """The weights of a Gaussian at places around its centre; their sum is 1."""
    weights = numpy.exp(-0.5 * ((numpy.arange(size) - (size - 1) / 2) / sigma) ** 2)
    return weights / weights.sum()


def _filtered(x, weights, padding):
    """Each channel of a batch by itself, convolved with weights (height, width, filters)."""
    kernel = from_numpy(numpy.repeat(weights[:, :, None], x.shape[-1], 2), x.dtype)
    return engine.depthwise_conv(x, kernel, [1, 1], padding, [1, 1])


def blurred(x, kernel_size, sigma):
    """A batch with the channels last, with a Gaussian of so many rows and columns; outside the images are zeros."""
    for size, deviation, kept in zip(kernel_size, sigma, ((-1, 1, 1), (1, -1, 1))):
        x = _filtered(x, _gaussian(size, deviation).reshape(kept), "same")
    return x


def gaussian_blur(images, kernel_size=(3, 3), sigma=(1.0, 1.0), data_format=None):
    """Each channel convolved with a Gaussian of kernel_size (height, width) pixels, whose standard deviations are sigma
    (height, width): y[i, j] = Σ g[u] · h[v] · x[i + u, j + v], with Σ g = Σ h = 1 and zeros outside the images."""
    sizes, deviations = numpy.atleast_1d(kernel_size).astype(int).tolist(), numpy.atleast_1d(sigma).astype(float).tolist()
    if len(sizes) != 2 or min(sizes) < 1 or len(deviations) != 2 or not min(deviations) > 0:
        fail(f"expected a kernel_size (height, width) of 1 or more and a sigma (height, width) above 0, received "
             f"{kernel_size} and {sigma}")

    def blur(x):
        return in_dtype(in_batch(lambda batch: blurred(batch, sizes, deviations), floating(x)), x.dtype)

    return channels_last(blur, images, data_format)


_SOBEL = numpy.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])


def sobel_edges(images, data_format=None):
    """How fast each channel changes downwards and to the right, (…, 2) behind a batch of images:

        dy = [[-1, -2, -1], [0, 0, 0], [1, 2, 1]] and dx = dyᵀ, times the pixels around. Outside, the images are
        mirrored at the pixels of their edges, as in TensorFlow.
    """
    x = tensor(images)
    if x.ndim != 4:
        fail(f"expected a batch of images with four axes, received shape {x.shape}")
    first = channels_first(data_format)
    batch = engine.permute(floating(x), [0, 2, 3, 1]) if first else floating(x)
    if min(batch.shape[1:3]) < 2:
        fail(f"expected images of 2 x 2 pixels or more, received shape {x.shape}")
    for axis in (1, 2):
        batch = picked(batch, numpy.pad(numpy.arange(batch.shape[axis]), 1, "reflect"), axis)
    y = _filtered(batch, numpy.stack([_SOBEL, _SOBEL.T], -1), "valid")
    y = engine.reshape(y, (*y.shape[:3], batch.shape[3], 2))
    return in_dtype(engine.permute(y, [0, 3, 1, 2, 4]) if first else y, x.dtype)


def ssim(image1, image2, max_val=1.0, filter_size=11, filter_sigma=1.5, k1=0.01, k2=0.03, data_format=None):
    """The structural similarity of two images, or of the images of two batches: 1 for equal ones.

        ssim = mean of (2·m1·m2 + c1) · (2·s12 + c2) / ((m1² + m2² + c1) · (s1² + s2² + c2))

    with the means m, the variances s² and the covariance s12 of each channel in windows of filter_size pixels, weighted by
    a Gaussian of standard deviation filter_sigma; c = (k · max_val)², where max_val is the largest possible number. Wang et
    al., "Image quality assessment: from error visibility to structural similarity", 2004.
    """
    dtype = tensor(image1).dtype
    x1, x2 = same_floating(tensor(image1), tensor(image2))
    if x1.shape != x2.shape or x1.ndim not in (3, 4):
        fail(f"expected two images or two batches of one shape, received shapes {x1.shape} and {x2.shape}")
    if filter_size < 1 or filter_size % 2 == 0 or not filter_sigma > 0:
        fail(f"expected an odd filter_size and a filter_sigma above 0, received {filter_size} and {filter_sigma}")
    similar = _similarities(*(_in_planes(x, data_format) for x in (x1, x2)), _gaussian(filter_size, filter_sigma),
                            (k1 * max_val) ** 2, (k2 * max_val) ** 2)
    y = engine.mean(similar, (1, 2, 3), False)
    return engine.cast(y if x1.ndim == 4 else engine.squeeze(y, 0), dtype)


def _in_planes(x, data_format):
    """A batch with the channels last."""
    x = x if x.ndim == 4 else engine.expand_dims(x, 0)
    return engine.permute(x, [0, 2, 3, 1]) if channels_first(data_format) else x


def _similarities(x1, x2, weights, c1, c2):
    """The similarity of the windows around each pixel of two batches."""
    if min(x1.shape[1:3]) < len(weights):
        fail(f"expected images of filter_size={len(weights)} pixels or more, received shape {x1.shape}")
    window = (weights[:, None] * weights)[:, :, None]
    mean1, mean2, square1, square2, product = (
        _filtered(x, window, "valid") for x in (x1, x2, x1 * x1, x2 * x2, x1 * x2))
    variances = square1 - mean1 * mean1 + square2 - mean2 * mean2
    covariance = product - mean1 * mean2
    return ((mean1 * mean2 * 2.0 + c1) * (covariance * 2.0 + c2)
            / ((mean1 * mean1 + mean2 * mean2 + c1) * (variances + c2)))
