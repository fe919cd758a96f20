"""Pictures of models: layers as boxes, tensors as arrows, laid out by Graphviz."""
import html
import pathlib
import shutil
import subprocess

from ._notebook import is_notebook


def plot_model(model, to_file="model.svg", show_shapes=False, show_dtype=False, show_layer_names=False, rankdir="TB",
               expand_nested=False, dpi=200, show_layer_activations=False, show_trainable=False):
    """Draws a built model into a file: SVG, PNG, PDF or Graphviz's own language, by the ending of its name.

    show_shapes, show_dtype, show_layer_names, show_layer_activations and show_trainable add lines to the boxes;
    rankdir "LR" draws from left to right; expand_nested draws models that are layers with what is in them; dpi is of
    PNG. Needs the program `dot` of Graphviz, but for .dot. In a notebook the result is the picture.

        plot_model(model, "model.svg", show_shapes=True)
    """
    path = pathlib.Path(to_file)
    kind = path.suffix[1:].lower()
    if kind not in ("svg", "png", "pdf", "dot"):
        raise ValueError("[plot_model] expected a file name that ends with .svg, .png, .pdf or .dot, received "
                         f"{to_file!r}")
    text = model_to_dot(model, show_shapes=show_shapes, show_dtype=show_dtype, show_layer_names=show_layer_names,
                        rankdir=rankdir, expand_nested=expand_nested, show_layer_activations=show_layer_activations,
                        show_trainable=show_trainable)
    path.write_bytes(text.encode() if kind == "dot" else _laid_out(text, kind, dpi))
    if is_notebook() and kind in ("svg", "png"):
        from IPython import display
        return display.SVG(filename=str(path)) if kind == "svg" else display.Image(filename=str(path))
    return None


def model_to_dot(model, show_shapes=False, show_dtype=False, show_layer_names=False, rankdir="TB", expand_nested=False,
                 show_layer_activations=False, show_trainable=False):
    """The graph of a built model in Graphviz's language, a text; the arguments are those of plot_model."""
    if not model.built:
        raise ValueError(f'[plot_model] expected a model that is built, but "{model.name}" is not: give it an Input, '
                         "call it, or build() it")
    if rankdir not in ("TB", "LR", "BT", "RL"):
        raise ValueError(f'[plot_model] expected rankdir "TB", "LR", "BT" or "RL", received {rankdir!r}')
    rows = {"name": show_layer_names, "activation": show_layer_activations, "shapes": show_shapes, "dtype": show_dtype,
            "trainable": show_trainable}
    drawing = _Drawing(rows, expand_nested)
    drawing.add(model, "")
    return "\n".join([f"digraph {_quoted(model.name)} {{", f"  rankdir={rankdir};",
                      '  node [shape=box, style="rounded,filled", fillcolor="#e3f2fd", color="#1565c0", '
                      'fontname="Helvetica", fontsize=11];', '  edge [color="#546e7a"];', *drawing.lines, "}", ""])


def _laid_out(text, kind, dpi):
    program = shutil.which("dot")
    if program is None:
        raise ImportError("[plot_model] expected the program dot of Graphviz (Debian: apt-get install graphviz); "
                          "without it, to_file=\"model.dot\" writes the graph as text")
    done = subprocess.run([program, f"-T{kind}", *([f"-Gdpi={dpi}"] if kind == "png" else [])], input=text.encode(),
                          capture_output=True)
    if done.returncode != 0:
        raise RuntimeError(f"[plot_model] dot ended with {done.returncode}: {done.stderr.decode(errors='replace')}")
    return done.stdout


class _Drawing:
    """Collects the lines of a graph."""

    def __init__(self, rows, expand_nested):
        self._rows, self._expand = rows, expand_nested
        self.lines = []

    def add(self, model, prefix):
        """Draws what is in `model`. Returns ({layer: its boxes where arrows arrive}, the same where they leave)."""
        layers = {layer.name: layer for layer in model.layers}
        arrive, leave = {}, {}
        for name, layer in layers.items():
            arrive[name], leave[name] = self._add_layer(layer, prefix)
        for source, target in _edges(model):
            for head in leave[source]:
                self.lines += [f"  {_quoted(head)} -> {_quoted(tail)};" for tail in arrive[target]]
        return arrive, leave

    def _add_layer(self, layer, prefix):
        place = prefix + layer.name
        if self._expand and getattr(layer, "layers", None):
            self.lines += [f"  subgraph {_quoted('cluster_' + place)} {{", f"  label={_quoted(layer.name)};",
                           '  style="rounded,dashed"; color="#78909c"; fontname="Helvetica"; fontsize=10;']
            arrive, leave = self.add(layer, place + "/")
            self.lines.append("  }")
            edges = _edges(layer)
            targets, sources = {target for _, target in edges}, {source for source, _ in edges}
            return ([box for name, boxes in arrive.items() if name not in targets for box in boxes],
                    [box for name, boxes in leave.items() if name not in sources for box in boxes])
        self.lines.append(f"  {_quoted(place)} [label=<{self._label(layer)}>];")
        return [place], [place]

    def _label(self, layer):
        lines = [f"<b>{html.escape(type(layer).__name__)}</b>"]
        if self._rows["name"]:
            lines.append(html.escape(layer.name))
        config = layer.get_config()
        if self._rows["activation"] and config.get("activation"):
            activation = config["activation"]
            lines.append("activation: " + html.escape(activation if isinstance(activation, str)
                                                      else activation["class_name"]))
        if self._rows["shapes"]:
            lines.append(html.escape(" → ".join(filter(None, (_shapes(layer, "input"), _shapes(layer, "output"))))))
        if self._rows["dtype"]:
            lines.append("dtype: " + html.escape(str(layer.dtype)))
        if self._rows["trainable"]:
            lines.append("trainable" if layer.trainable else "frozen")
        return "<br/>".join(lines)


def _shapes(layer, which):
    try:
        tensors = getattr(layer, which)
    except (AttributeError, ValueError):
        return "?"
    tensors = tensors if isinstance(tensors, (list, tuple)) else [tensors]
    return ", ".join(str(tuple(tensor.shape)) for tensor in tensors)


def _edges(model):
    """(source, target) names of layers, in the order of the layers; a chain where the model is no graph."""
    config = model.get_config()
    entries = config.get("layers", []) if isinstance(config, dict) else []
    if not any(entry.get("inbound_nodes") for entry in entries):
        names = [layer.name for layer in model.layers]
        return list(zip(names, names[1:]))
    found = []
    for entry in entries:
        for source in _sources(entry["inbound_nodes"]):
            if (source, entry["name"]) not in found:
                found.append((source, entry["name"]))
    return found


def _sources(value):
    """Names of the layers whose outputs the arguments of a call mention."""
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            return [value["config"]["keras_history"][0]]
        value = list(value.values())
    return [name for each in value for name in _sources(each)] if isinstance(value, (list, tuple)) else []


def _quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
