"""What a search makes small or large."""
from .. import _engine


class Objective:
    """Objective("val_f1", direction="max"): a name of the logs, and whether more is better."""

    def __init__(self, name, direction):
        if direction not in ("min", "max"):
            raise ValueError(f"[Objective] expected direction \"min\" or \"max\", received {direction!r}")
        self.name = name
        self.direction = direction

    def get_value(self, logs):
        return logs[self.name]

    def has_value(self, logs):
        return self.name in logs

    def better_than(self, a, b):
        return a > b if self.direction == "max" else a < b

    def __eq__(self, other):
        return isinstance(other, Objective) and (self.name, self.direction) == (other.name, other.direction)

    def __str__(self):
        return f'Objective(name="{self.name}", direction="{self.direction}")'


class DefaultObjective(Objective):
    """The number that a function of one's own returns, to be made small."""

    def __init__(self):
        super().__init__("default_objective", "min")


class MultiObjective(Objective):
    """The sum of those to be made small, less the sum of those to be made large."""

    def __init__(self, objectives):
        super().__init__("multi_objective", "min")
        self.objectives = objectives

    def get_value(self, logs):
        return sum(logs[each.name] if each.direction == "min" else -logs[each.name] for each in self.objectives)

    def has_value(self, logs):
        return all(each.has_value(logs) for each in self.objectives)


def create_objective(objective):
    """An objective from None, a name, an Objective, or a list of these."""
    if objective is None:
        return DefaultObjective()
    if isinstance(objective, list):
        return MultiObjective([create_objective(each) for each in objective])
    if isinstance(objective, Objective):
        return objective
    if isinstance(objective, str):
        return Objective(objective, _engine.infer_direction(objective))
    raise ValueError(f"[Objective] `objective` not understood, expected str or Objective, received {objective!r}")
