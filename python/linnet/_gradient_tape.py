"""TensorFlow's way to ask for gradients, for programs that have it."""
import contextlib

from . import _engine


class GradientTape:
    """with GradientTape() as tape: loss = …   and then   tape.gradient(loss, weights).

        with linnet.GradientTape() as tape:
            loss = loss_function(y, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_weights)
        optimizer.apply_gradients(zip(gradients, model.trainable_weights))

    Linnet remembers every operation on weights, inside the block and outside; the block is for the reader. persistent=True
    keeps what it remembers for another gradient(). There are no gradients of gradients. linnet.gradients(loss, weights) is the same without a tape. TensorFlow: tf.GradientTape.
    """

    def __init__(self, persistent=False, watch_accessed_variables=True):
        self._persistent = bool(persistent)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False

    def reset(self):
        """Nothing is to be forgotten: every loss has its own tape."""

    def stop_recording(self):
        """with tape.stop_recording(): as outside; only what gradient() is asked for counts."""
        return contextlib.nullcontext()

    def watch(self, tensor):
        """Has the gradient with respect to a tensor, or tensors, that is not a weight; before it is used."""
        for each in tensor if isinstance(tensor, (list, tuple)) else [tensor]:
            if isinstance(each, _engine.Tensor):
                each.requires_grad = True

    def gradient(self, target, sources, output_gradients=None):
        """The gradients of `target` with respect to weights or watched tensors: one, or a list like `sources`.

        None where the target does not depend on a weight. A target that is not a scalar is summed.
        """
        wanted = list(sources) if isinstance(sources, (list, tuple)) else [sources]
        if output_gradients is not None:
            target = _engine.ops.multiply(target, output_gradients)
        if target.size != 1:
            target = _engine.ops.sum(target)
        found = _engine.gradients(target, wanted, keep_tape=self._persistent)
        return found if isinstance(sources, (list, tuple)) else found[0]
