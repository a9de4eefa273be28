"""Finds the system's Chromium, and says how it is started: with nothing of the network but a way to the gate."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path

from crawler.desk import Desk
from crawler.rendering import leash
from seeds.bounds import RENDER_HEAP
from seeds.definitions import DefinitionError
from seeds.sources import Source

VARIABLE = "KHABAR_CHROMIUM"
"""Names the browser where it is none of those that are looked for."""
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
_HOW = 'install the package "chromium" of your system, or name one in KHABAR_CHROMIUM'
_VERSION_SECONDS = 20.0

_NOWHERE = "http://127.0.0.1:9"  # the port "discard": what belongs to no page has no proxy that answers
_OFF = (  # features that ask for something by themselves, or that hide a page's requests from Playwright
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled",
    "PreconnectToSearch", "Translate", "AutofillServerCommunication", "CertificateTransparencyComponentUpdater",
    "WebTransport", "Reporting", "NetworkErrorLogging", "PrefetchProxy", "SpeculationRules", "LensOverlay",
)  # fmt: skip


def check_rendering(desk: Desk, sources: Iterable[Source]) -> None:
    """Raises DefinitionError where one of *sources* is to be rendered and this machine cannot."""
    rendered = next((source for source in sources if source.render), None)
    if rendered is None:
        return
    if fault := rendering_fault(desk.config.proxy):
        folder = desk.root / "seeds" / "sources"
        raise DefinitionError(folder, f'source "{rendered.id}".render', f"cannot be: {fault}", value=True)


def rendering_fault(proxy: bool) -> str | None:
    """Why no page can be rendered here, and what to do; None: it can. *proxy*: whether the desk names one."""
    if proxy:
        return "desk.toml has proxy = true, and a browser behind a proxy could not be guarded; set one of them to false"
    if find_spec("scrapy_playwright") is None or find_spec("playwright") is None:
        return 'the extra "render" is not installed; "make render" installs it'
    return _fault_of(os.environ.get(VARIABLE))


def find_chromium(environ: Mapping[str, str] = os.environ) -> str | None:
    """The path of the browser; None where there is none."""
    if named := environ.get(VARIABLE):
        return shutil.which(named)
    found = (shutil.which(name) for name in _NAMES)
    return next((path for path in (*found, *map(shutil.which, _PLACES)) if path), None)


_known_to_run: set[str] = set()
"""Browsers that were tried: a service asks again with every reload."""


def _fault_of(named: str | None) -> str | None:
    """What is wrong with the browser; some packages are only a line that says how to install another."""
    path = find_chromium()
    if path is None:
        missing = f'KHABAR_CHROMIUM = "{named}" is no program' if named else "no Chromium was found"
        return f"{missing}; {_HOW}"
    if path in _known_to_run:
        return None
    try:
        told = subprocess.run(  # noqa: S603 -- the desk's owner names it, or it is the system's
            [path, "--version"], capture_output=True, text=True, errors="replace", check=False,
            timeout=_VERSION_SECONDS, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{path} does not run ({type(error).__name__}); {_HOW}"
    if told.returncode or not any(name in told.stdout for name in ("Chromium", "Chrome")):
        return f"{path} is no Chromium that runs; {_HOW}"
    _known_to_run.add(path)
    return None


def command(chromium: str, folder: Path, user_agent: str) -> list[str]:
    """The command that starts *chromium* with its profile in *folder*, whose file `note` will hold its number.

    Source of what is said to Chromium, the network aside: Playwright's own `chromiumSwitches`.
    """
    return [
        sys.executable, "-I", "-S", leash.__file__, str(folder / "note"), chromium,
        *(["--no-sandbox"] if os.geteuid() == 0 else []),  # Chromium refuses to be root with one
        f"--user-data-dir={folder / 'profile'}",
        f"--user-agent={user_agent}",
        "--headless", "--no-startup-window",
        "--remote-debugging-pipe",  # no port that a page, or somebody else on this machine, could reach
        # --- The network: every context of a page has a proxy of its own, and nothing else leads anywhere
        f"--proxy-server={_NOWHERE}",
        "--proxy-bypass-list=<-loopback>",  # the list of what goes by no proxy has loopback on it, unless it says so
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # names are resolved by the gate
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--webrtc-ip-handling-policy=disable_non_proxied_udp",  # as older ones call it
        "--disable-quic", "--no-pings", "--dns-prefetch-disable", "--disable-background-networking",
        "--disable-component-update", "--disable-domain-reliability", "--disable-client-side-phishing-detection",
        "--disable-sync", "--disable-default-apps", "--disable-extensions", "--no-service-autorun",
        "--disable-component-extensions-with-background-pages", "--disable-field-trial-config",
        "--disable-search-engine-choice-screen", "--metrics-recording-only", "--no-first-run",
        "--no-default-browser-check", f"--disable-features={','.join(_OFF)}",
        # --- What a page may do
        "--block-new-web-contents", "--deny-permission-prompts", "--disable-notifications", "--disable-file-system",
        "--disable-speech-api", "--mute-audio", "--autoplay-policy=user-gesture-required",
        f"--js-flags=--max-old-space-size={RENDER_HEAP // 1024 // 1024}",
        "--renderer-process-limit=2", "--disable-gpu", "--disable-3d-apis", "--disable-software-rasterizer",
        "--disable-dev-shm-usage",  # it is small in containers
        # --- Manners of a program
        "--disable-breakpad", "--disable-crash-reporter", "--disable-hang-monitor", "--disable-prompt-on-repost",
        "--disable-back-forward-cache", "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
        "--disable-backgrounding-occluded-windows", "--password-store=basic", "--use-mock-keychain",
        "--hide-scrollbars", "--blink-settings=imagesEnabled=false",
    ]  # fmt: skip
