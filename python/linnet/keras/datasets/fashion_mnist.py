"""70,000 images of kinds of clothing, 28 x 28 pixels."""
from ... import _engine


def load_data(path="fashion_mnist.npz"):
    """((x_train, y_train), (x_test, y_test)) as uint8 arrays. Nothing is downloaded: the files are looked for as the
    C++ library does (LINNET_DATA, data/fashion_mnist, the installed copy), whatever the name of the file is in Keras."""
    return _engine.load_data("fashion_mnist", "")
