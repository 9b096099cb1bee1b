"""Steps that need no window: every module loads, secrets can be kept, a model can be fitted in a process of its own."""

import importlib
import json
import pkgutil
import ssl
import tempfile
import time
from pathlib import Path
from typing import Final

import terminal
from terminal.app.resources import resource_path
from terminal.app.selftest.outcome import StepFailed
from terminal.domain.errors import StorageError

# Loaded only when a person asks for what they do: a package may lack them and still show its window.
LATE: Final = (
    "cryptography.hazmat.primitives.ciphers.aead",
    "keyring",
    "lightgbm",
    "pydantic_ai.models.openai",
    "pydantic_ai.providers.openai",
    "starlette.applications",
    "uvicorn",
)
_RESOURCES: Final = ("icon.svg", "rules/weex-ai-wars-1.toml")
_LEAST_AUTHORITIES: Final = 50  # fewer and no https address can be trusted
_BARS: Final = 600  # of 15 minutes: enough for a quick fit of both halves
_SEED: Final = 7
_DAY_MS: Final = 1_760_400_000_000  # any moment: the built-in market is a function of seed and time
_TAKER_FEE: Final = 0.0008


def libraries() -> str:
    """Load every module of this program, and every library that is loaded late."""
    own = [each.name for each in pkgutil.walk_packages(terminal.__path__, "terminal.") if _may_load(each.name)]
    for name in (*own, *LATE):
        importlib.import_module(name)
    missing = [name for name in _RESOURCES if not resource_path(name).is_file()]
    if missing:
        raise StepFailed(f"Files of the program are missing: {', '.join(missing)}. Install it anew.")
    return f"{len(own)} modules and {len(LATE)} late libraries load; {_authorities()} certificate authorities"


def _may_load(name: str) -> bool:
    return not name.endswith("__main__")  # they would start


def _authorities() -> int:
    """Count whom https addresses are trusted by; the venue is one of them."""
    import certifi

    context = ssl.create_default_context(cafile=certifi.where())
    count = context.cert_store_stats()["x509_ca"]
    if count < _LEAST_AUTHORITIES:
        raise StepFailed(
            f"Only {count} certificate authorities are there, so no venue can be reached safely. Install anew."
        )
    return count


def vault() -> str:
    """Say where an account's key would lie; the file under a password is tried in any case."""
    from terminal.storage.secrets import KeyringSecrets

    _try_password_file()
    try:
        where = KeyringSecrets("selftest").where
    except StorageError as error:
        return f"a file under your password (seals and opens), because: {error}"
    return f"{where}; a file under your password seals and opens, too"


def _try_password_file() -> None:
    from terminal.storage.secret_file import FileSecrets

    with tempfile.TemporaryDirectory(prefix="alphadesk-selftest-") as folder:
        path = Path(folder) / "secrets.json"
        first = FileSecrets(path, "selftest", monotonic_s=time.monotonic)
        first.create("only for this selftest")
        first.set("key", "no secret")
        again = FileSecrets(path, "selftest", monotonic_s=time.monotonic)
        again.unlock("only for this selftest")
        if again.get("key") != "no secret":
            raise StepFailed("A file under a password gave back something else. Install the program anew.")


def training() -> str:
    """Fit both halves of the model on bars of the built-in market, in a spawned process."""
    from terminal.lab.built_in import built_in_market
    from terminal.runtime.training_process import TrainingProcess
    from terminal.strategy.learning.job import FitJob
    from terminal.strategy.model import load_model

    market = built_in_market(seed=_SEED, pattern=1.0, from_ms=_DAY_MS, to_ms=_DAY_MS, training_bars=_BARS)
    result = TrainingProcess()(FitJob(market.panel, _TAKER_FEE, simulated=True, seed=_SEED))
    model = load_model(result.text)
    if model.trees is None:
        raise StepFailed(
            "The model was fitted without its trees: LightGBM does not load in the training process. "
            "On Linux install libgomp1; else install the program anew."
        )
    kind = json.loads(result.text)["kind"]
    return f"{kind} with {model.library} from {market.panel.bars} bars of {len(market.panel.instruments)} pairs"
