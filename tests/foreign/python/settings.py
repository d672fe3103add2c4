"""Settings as stackseal writes them, and secrets."""

import re

from lines import need


def scalar(text):
    text = text.strip()
    quoted = re.fullmatch(r'"((?:[^"\\]|\\.)*)"\s*(?:#.*)?', text)
    if quoted:
        return re.sub(r"\\(.)", r"\1", quoted[1])
    quoted = re.fullmatch(r"'((?:[^']|'')*)'\s*(?:#.*)?", text)
    if quoted:
        return quoted[1].replace("''", "'")
    return re.sub(r"\s+#.*$", "", text)


def settings(file):
    """The little YAML that stackseal writes: every key to a list of its values."""
    found, parents, last = {}, [], None
    for number, raw in enumerate(file.read_text("utf-8").splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#") or line == "---":
            continue
        if line.startswith("- "):
            need(last, f"line {number}: a list without a key")
            found[last].append(scalar(line[2:]))
            continue
        pair = re.fullmatch(r"""("[^"]+"|'[^']+'|[\w.\-]+):(?:\s+(.*))?""", line)
        need(pair, f"line {number} is not understood: {line}")
        indent = len(raw) - len(raw.lstrip())
        parents = [parent for parent in parents if parent[0] < indent]
        last = (parents[-1][1] + "." if parents else "") + scalar(pair[1])
        parents.append((indent, last))
        need(last not in found, f"line {number}: duplicate key {last}")
        value = pair[2] or ""
        if value.startswith("["):
            items = re.findall(r"""\"(?:[^"\\]|\\.)*\"|'(?:[^']|'')*'|[^,\s][^,]*""", value[1 : value.rindex("]")])
            found[last] = [scalar(item) for item in items]
        else:
            found[last] = [] if not value or value.startswith("#") else [scalar(value)]
    return found


def first(values, key):
    """The value of a key; an empty string counts as not set, as in Elasticsearch."""
    return next((value for value in values.get(key, []) if value), None)


class Secrets:
    def __init__(self, folder, given):
        self.folder, self.given = folder, given

    def get(self, setting):
        file = self.folder / setting
        return file.read_text("utf-8") if file.exists() else self.given.get(setting, "")
