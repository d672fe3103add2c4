"""security-api/: JSON as a strict reader takes it, and no secret in anything that is not there to carry one."""

import json

from lines import Refused, check, need


def judge_calls(out):
    folders = [out / "security-api", out / "security-api" / "monitoring"]
    secrets = check("secrets of the folder are read", lambda: found_secrets(out)) or {}
    for file in sorted(each for folder in folders if folder.is_dir() for each in folder.iterdir() if each.is_file()):
        text = file.read_text("utf-8")
        title = file.relative_to(out).as_posix()
        if file.suffix == ".json":
            check(f"{title}: is JSON without a key twice", lambda: need(isinstance(strict(text), dict), "is no object"))
        check(f"{title}: holds no secret", lambda: no_secret(text, {} if secrets is True else secrets))


def found_secrets(out):
    files = [*out.glob("accounts/*.password"), *out.glob("accounts/*.token"), *out.glob("authorities/*.password"), *out.glob("hosts/*/*/secure-settings/*")]
    values = {file.read_text("utf-8"): file.relative_to(out).as_posix() for file in files}
    # Short ones would be found in any text.
    return {value: path for value, path in values.items() if len(value) >= 6}


def no_secret(text, secrets):
    for value, path in secrets.items():
        need(value not in text, f"what {path} holds")
    need("PRIVATE KEY" not in text, "a private key")


def strict(text):
    """Elasticsearch refuses a key twice, which Python's reader would let pass."""

    def pairs(found):
        keys = [key for key, _ in found]
        if len(set(keys)) < len(keys):
            raise Refused(f"a key stands twice among {keys}")
        return dict(found)

    return json.loads(text, object_pairs_hook=pairs, parse_constant=lambda word: need(False, f"{word} is no JSON"))
