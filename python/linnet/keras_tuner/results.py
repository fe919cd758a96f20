"""What a trial's training returned, as metrics of its best epoch."""
import numbers

from ..keras.callbacks import History
from .objective import DefaultObjective


def metrics_of(results, objective, who):
    """(metrics, best epoch) of a History, a dict, a number, or a list of these, whose mean counts."""
    if isinstance(results, list):
        parts = [metrics_of(each, objective, who) for each in results]
        if not parts:
            raise TypeError(f"[{who}] expected results, received an empty list")
        names = set().union(*(metrics for metrics, _ in parts))
        means = {name: sum(metrics[name] for metrics, _ in parts if name in metrics) / len(parts) for name in names}
        values = [objective.get_value(metrics) if objective.name not in metrics else metrics[objective.name]
                  for metrics, _ in parts]
        best = min(range(len(parts)), key=lambda i: values[i] if objective.direction == "min" else -values[i])
        return means, parts[best][1]
    if isinstance(results, numbers.Real):
        return {objective.name: float(results)}, 0
    if isinstance(objective, DefaultObjective) and not (isinstance(results, dict) and objective.name in results):
        raise TypeError(f"[{who}] expected the return value to be a single float when `objective` is left unspecified, "
                        f"received {results!r} of type {type(results)}")
    if isinstance(results, dict):
        _check(results, objective, who)
        return _with_objective({name: float(value) for name, value in results.items()}, objective), 0
    if isinstance(results, History):
        return _best_epoch(results, objective, who)
    raise TypeError(f"[{who}] expected the return value to be one of float, dict, keras.callbacks.History, or a list of "
                    f"one of these types, received {results!r} of type {type(results)}")


def _check(metrics, objective, who):
    if objective.name not in metrics and not objective.has_value(metrics):
        raise ValueError(f"[{who}] expected the objective {objective.name} among the results, received "
                         f"{', '.join(metrics)}; validation_data gives those that begin with val_")


def _with_objective(metrics, objective):
    return metrics if objective.name in metrics else {**metrics, objective.name: objective.get_value(metrics)}


def _best_epoch(history, objective, who):
    _check(history.history, objective, who)
    epochs = [_with_objective({name: values[i] for name, values in history.history.items() if i < len(values)}, objective)
              for i in range(len(history.epoch))]
    best = 0
    for i, metrics in enumerate(epochs):
        if objective.better_than(metrics[objective.name], epochs[best][objective.name]):
            best = i
    return epochs[best], history.epoch[best]
