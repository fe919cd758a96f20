"""Axes rearranged by names."""
import math
import re

from ._tensors import engine, fail, tensor as as_tensor


def _groups(text, pattern):
    """The names of each axis: "b (h w)" is [["b"], ["h", "w"]]."""
    groups, inside = [], False
    for word in re.findall(r"\w+|\S", text):
        if word == ("(", ")")[inside]:
            inside = not inside
            groups += [[]] if inside else []
        elif word.isidentifier():
            groups[-1:] = [groups[-1] + [word]] if inside else [*groups[-1:], [word]]
        else:
            fail(f"expected names of axes, and names in parentheses, on each side of ->, received \"{pattern}\"")
    names = sum(groups, [])
    if inside or len(set(names)) < len(names):
        fail(f"expected each name once on each side of ->, and closed parentheses, received \"{pattern}\"")
    return groups


def _sizes(groups, shape, known):
    """The size of every name; one of a group is what the others leave."""
    sizes = dict(known)
    for group, size in zip(groups, shape):
        unknown = [name for name in group if name not in known]
        rest = math.prod(known[name] for name in group if name in known)
        if len(unknown) > 1:
            fail(f"expected the sizes of all but one of {', '.join(group)}, received {known}")
        if rest < 1 or size % rest or (not unknown and size != rest):
            fail(f"expected sizes whose product is {size} for {' '.join(group)}, received {known}")
        for name in unknown:
            sizes[name] = size // rest
    return sizes


def rearrange(tensor, pattern, **axes_lengths):
    """Axes by names: split, in another order, joined. Sizes that the shape does not tell are named.

        rearrange(images, "b (h h1) (w w1) c -> b h w (c h1 w1)", h1=2, w1=2)
    """
    x = as_tensor(tensor)
    sides = pattern.split("->")
    if len(sides) != 2:
        fail(f"expected \"axes -> axes\", received \"{pattern}\"")
    source, destination = (_groups(side, pattern) for side in sides)
    before, after = sum(source, []), sum(destination, [])
    if len(source) != x.ndim or set(before) != set(after) or not set(axes_lengths) <= set(before):
        fail(f"expected the {x.ndim} axes of shape {x.shape} on the left, and the same names on the right, received "
             f"\"{pattern}\" and sizes of {sorted(axes_lengths)}")
    sizes = _sizes(source, x.shape, axes_lengths)
    split = engine.reshape(x, [sizes[name] for name in before])
    ordered = engine.permute(split, [before.index(name) for name in after])
    return engine.reshape(ordered, [math.prod(sizes[name] for name in group) for group in destination])
