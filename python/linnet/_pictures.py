"""Pictures with Matplotlib, which is imported when the first is drawn."""
import numpy

_RIGHT, _WRONG = "#2e7d32", "#c62828"


def _pyplot():
    try:
        import matplotlib.pyplot
    except ImportError:
        raise ImportError("[linnet] expected Matplotlib for pictures: pip install matplotlib, or Debian's "
                          "python3-matplotlib") from None
    return matplotlib.pyplot


def _finish(figure, path):
    """Into a file, or onto the screen: under the cell of a notebook, or in a window."""
    pyplot = _pyplot()
    if path is not None:
        figure.savefig(path, dpi=150)
        pyplot.close(figure)
    elif pyplot.get_backend().lower() != "agg":
        pyplot.show()


_CHINESE = {"training": "训练", "validation": "验证", "epoch": "轮", "loss": "损失", "accuracy": "准确率",
            "learning_rate": "学习率"}
_CHINESE_FONTS = ("Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Zen Hei",
                  "WenQuanYi Micro Hei", "SimHei")


def _language(lang):
    """(words, settings of Matplotlib) for a language. English, where there is no font for it."""
    from matplotlib import font_manager
    if lang not in ("en", "zh"):
        raise ValueError(f'[plot] expected lang "en" or "zh", received {lang!r}')
    installed = {font.name for font in font_manager.fontManager.ttflist}
    fonts = [font for font in _CHINESE_FONTS if font in installed]
    if lang == "en" or not fonts:
        return {}, {}
    return _CHINESE, {"font.sans-serif": [fonts[0], "DejaVu Sans"], "font.family": "sans-serif",
                      "axes.unicode_minus": False}


def plot_history(history, path=None, lang="en"):
    """The curves of a training: one field a metric, with the validation's curve beside the training's."""
    pyplot = _pyplot()
    words, settings = _language(lang)
    with pyplot.rc_context(settings):
        _finish(_curves(history, lambda word: words.get(word, word)), path)


def _curves(history, word):
    names = [name for name in history.history if not name.startswith("val_")]
    if not history.epoch or not names:
        raise ValueError("[History.plot] expected at least one epoch, received none")
    names.sort(key=lambda name: (name != "loss", name == "learning_rate", name))
    epochs = [epoch + 1 for epoch in history.epoch]
    figure, fields = _pyplot().subplots(1, len(names), figsize=(min(4.5 * len(names), 16), 3.2), squeeze=False,
                                        layout="constrained")
    for field, name in zip(fields[0], names):
        field.plot(epochs, history.history[name], label=word("training"), marker="o", markersize=3)
        validation = history.history.get("val_" + name)
        if validation:  # which may be measured in some of the epochs only
            measured = epochs if len(validation) == len(epochs) else epochs[-len(validation):]
            field.plot(measured, validation, label=word("validation"), marker="o", markersize=3)
            field.legend(frameon=False)
        field.set(title=word(name), xlabel=word("epoch"))
        field.xaxis.get_major_locator().set_params(integer=True)
        field.grid(alpha=0.25)
        field.spines[["top", "right"]].set_visible(False)
    return figure


def show(images, predictions=None, labels=None, class_names=None, columns=10, path=None):
    """Draws images, what a model says about them, and where it errs.

        linnet.show(x_test[:20], model.predict(x_test[:20]), y_test[:20])

    images: (n, height, width) or (n, height, width, channels); numbers up to 1 or up to 255.
    predictions: a class for each, or a row of probabilities or logits, of which the largest counts; with probabilities
    it is written how sure the model is.
    labels: the right classes. Right predictions are green, wrong ones red with the right class behind them.
    class_names: what to write instead of the number of a class.
    path: a file to draw into, rather than the screen.
    """
    images = numpy.asarray(images)
    if images.ndim not in (3, 4) or len(images) == 0:
        raise ValueError("[show] expected images of shape (n, height, width) or (n, height, width, channels), received "
                         f"shape {images.shape}")
    titles = _titles(len(images), predictions, labels, class_names)
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    figure, fields = _pyplot().subplots(rows, columns, squeeze=False, layout="constrained",
                                        figsize=(1.05 * columns, (1.0 + 0.25 * bool(titles)) * rows))
    for field in fields.flat:
        field.axis("off")
    for i, (field, image) in enumerate(zip(fields.flat, images)):
        field.imshow(*_pixels(image))
        if titles:
            text, color = titles[i]
            field.set_title(text, color=color, fontsize=9, pad=3)
    _finish(figure, path)


def _pixels(image):
    image = image[..., 0] if image.ndim == 3 and image.shape[-1] == 1 else image
    if image.ndim == 3:
        return (image if image.dtype == numpy.uint8 or image.max() <= 1 else image.astype("uint8"),)
    return image, "gray_r"


def _titles(count, predictions, labels, class_names):
    """(text, color) for each image; none if there is nothing to say."""
    if predictions is None and labels is None:
        return []
    for what, values in (("predictions", predictions), ("labels", labels)):
        if values is not None and len(values) != count:
            raise ValueError(f"[show] expected as many {what} as images ({count}), received {len(values)}")

    def name(number):
        return str(number) if class_names is None else str(class_names[number])

    right = None if labels is None else numpy.asarray(labels).reshape(count, -1)[:, 0].astype(int)
    if predictions is None:
        return [(name(number), "black") for number in right]
    predictions = numpy.asarray(predictions).reshape(count, -1)
    is_row = predictions.shape[1] > 1
    said = predictions.argmax(1) if is_row else predictions[:, 0].astype(int)
    sure = is_row and predictions.min() >= 0 and numpy.allclose(predictions.sum(1), 1, atol=1e-3)
    titles = []
    for i, number in enumerate(said):
        text = name(number) + (f" {predictions[i, number]:.0%}" if sure else "")
        if right is not None and number != right[i]:
            titles.append((f"{text} ({name(right[i])})", _WRONG))
        else:
            titles.append((text, "black" if right is None else _RIGHT))
    return titles
