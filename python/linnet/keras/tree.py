"""Lists, tuples, dicts, and these within each other, of anything: Keras's names for what is done with such structures.

Dicts are gone through by their sorted keys, OrderedDicts in their order, as in Keras.
"""
import collections

from .._objects import missing


class MAP_TO_NONE:
    """What the function of traverse() returns where None is wanted."""


def is_nested(structure):
    """Is it a list, a tuple, or a dict?"""
    return isinstance(structure, (list, tuple, dict, collections.deque))


def _items(structure):
    """(key, value) pairs, in the order in which structures are gone through."""
    if isinstance(structure, collections.OrderedDict):
        return list(structure.items())
    return sorted(structure.items()) if isinstance(structure, dict) else list(enumerate(structure))


def _like(structure, values):
    """The same kind of structure of other values, in the order of _items()."""
    if isinstance(structure, dict):
        new = {key: value for (key, _), value in zip(_items(structure), values)}
        ordered = {key: new[key] for key in structure}
        return type(structure)(structure.default_factory, ordered) if isinstance(
            structure, collections.defaultdict) else type(structure)(ordered)
    return type(structure)(*values) if hasattr(structure, "_fields") else type(structure)(values)



def flatten(structure):
    """The list of what is in a structure; of what is none, a list with it alone."""
    return [value for _, value in flatten_with_path(structure)]


def flatten_with_path(structure):
    """The list of (path, value), where a path is the tuple of indices and keys that leads to a value."""
    if not is_nested(structure):
        return [((), structure)]
    return [((key, *path), leaf) for key, value in _items(structure) for path, leaf in flatten_with_path(value)]


def pack_sequence_as(structure, flat_sequence):
    """The values of a list in a structure like this one: what flatten() takes apart."""
    values = list(flat_sequence)
    count = len(flatten(structure))
    if len(values) != count:
        raise ValueError(f"[pack_sequence_as] expected {count} values for the structure, received {len(values)}")
    rest = iter(values)

    def packed(part):
        return _like(part, [packed(value) for _, value in _items(part)]) if is_nested(part) else next(rest)

    return packed(structure)


def map_structure(func, *structures, none_is_leaf=True):
    """A structure of func(values at the same place of all structures)."""
    if not callable(func) or not structures:
        raise TypeError(f"[map_structure] expected a function and structures, received {func!r} and {len(structures)} "
                        "structures")
    for other in structures[1:]:
        assert_same_structure(structures[0], other)
    return _mapped(func, structures, none_is_leaf)


def _mapped(func, structures, none_is_leaf=True):
    first = structures[0]
    if not is_nested(first):
        return None if first is None and not none_is_leaf else func(*structures)
    columns = zip(*[[value for _, value in _items(each)] for each in structures])
    return _like(first, [_mapped(func, each, none_is_leaf) for each in columns])


def map_structure_up_to(shallow_structure, func, *structures):
    """The same as far down as the first structure goes; func gets whole structures that lie below it."""
    if not is_nested(shallow_structure):
        return func(*structures)
    for each in structures:
        if not _alike(shallow_structure, each):
            raise ValueError(f"[map_structure_up_to] expected structures like {shallow_structure!r}, received {each!r}")
    parts = [[value for _, value in _items(each)] for each in structures]
    return _like(shallow_structure, [map_structure_up_to(shallow, func, *each) for (_, shallow), *each in
                                     zip(_items(shallow_structure), *parts)])


def _alike(a, b):
    if isinstance(a, dict) and isinstance(b, dict):
        return set(a) == set(b)
    return type(a) is type(b) and len(a) == len(b)


def assert_same_structure(a, b, check_types=None):
    """Throws a ValueError unless both are nested in the same way; lists and tuples are different."""
    if is_nested(a) != is_nested(b) or (is_nested(a) and not _alike(a, b)):
        raise ValueError(f"[assert_same_structure] expected structures of one kind and size, received {a!r} and {b!r}")
    if is_nested(a):
        for (_, first), (_, second) in zip(_items(a), _items(b)):
            assert_same_structure(first, second)


def assert_same_paths(a, b):
    """Throws a ValueError unless the values of both have the same paths; a list is like a tuple here."""
    first, second = ({path for path, _ in flatten_with_path(each)} for each in (a, b))
    if first != second:
        raise ValueError(f"[assert_same_paths] expected the same paths, received {sorted(first ^ second, key=str)} in one "
                         "alone")


def lists_to_tuples(structure):
    """The structure with tuples in place of lists."""
    if not is_nested(structure):
        return structure
    values = [lists_to_tuples(value) for _, value in _items(structure)]
    return tuple(values) if isinstance(structure, list) else _like(structure, values)


def map_shape_structure(func, structure):
    """map_structure(), to which a list or tuple of numbers and None is a value: a shape."""
    if isinstance(structure, (list, tuple)) and all(size is None or isinstance(size, int) for size in structure):
        return func(tuple(structure))
    if not is_nested(structure):
        raise ValueError(f"[map_shape_structure] expected shapes, received {structure!r}")
    return _like(structure, [map_shape_structure(func, value) for _, value in _items(structure)])


def traverse(func, structure, top_down=True):
    """The structure with func(part) in place of every part, structures and values, for which that is not None. What
    stands below such a part is not looked at if the parts come before what they hold."""
    def result(part):
        new = func(part)
        return (part, False) if new is None else (None if new is MAP_TO_NONE else new, True)

    if top_down:
        new, replaced = result(structure)
        if replaced or not is_nested(structure):
            return new
    if is_nested(structure):
        structure = _like(structure, [traverse(func, value, top_down) for _, value in _items(structure)])
    return structure if top_down else result(structure)[0]


__getattr__ = missing(__name__)
