"""Lists, dicts and sets among the attributes of a layer: what is put into them later belongs to the layer as well."""


def tracked(value, found):
    """value, with containers that call found(member) for each member, those that come later too, in place of lists, dicts
    and sets, at any depth; found(value) where it is none."""
    for kind in (TrackedList, TrackedDict, TrackedSet):
        if type(value) is kind.__base__:
            return kind(value, found)
    if type(value) is tuple:
        return tuple(tracked(each, found) for each in value)
    if isinstance(value, (list, tuple, set)):
        for each in value:
            tracked(each, found)
    else:
        found(value)
    return value


class TrackedList(list):
    def __init__(self, values, found):
        self._found = found
        super().__init__(tracked(each, found) for each in values)

    def append(self, value):
        super().append(tracked(value, self._found))

    def insert(self, index, value):
        super().insert(index, tracked(value, self._found))

    def extend(self, values):
        super().extend(tracked(each, self._found) for each in values)

    def __iadd__(self, values):
        self.extend(values)
        return self

    def __setitem__(self, index, value):
        if isinstance(index, slice):
            value = [tracked(each, self._found) for each in value]
        else:
            value = tracked(value, self._found)
        super().__setitem__(index, value)

    def __reduce__(self):
        return list, (list(self),)


class TrackedDict(dict):
    def __init__(self, values, found):
        self._found = found
        super().__init__({key: tracked(each, found) for key, each in values.items()})

    def __setitem__(self, key, value):
        super().__setitem__(key, tracked(value, self._found))

    def setdefault(self, key, default=None):
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, *others, **values):
        for key, value in dict(*others, **values).items():
            self[key] = value

    def __ior__(self, other):
        self.update(other)
        return self

    def __reduce__(self):
        return dict, (dict(self),)


class TrackedSet(set):
    def __init__(self, values, found):
        self._found = found
        super().__init__(tracked(each, found) for each in values)

    def add(self, value):
        super().add(tracked(value, self._found))

    def update(self, *others):
        for other in others:
            for value in other:
                self.add(value)

    def __ior__(self, other):
        self.update(other)
        return self

    def __reduce__(self):
        return set, (set(self),)
