"""The door that the settings ask for, and how the clients behind it are kept up to date while the service runs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import httpx2

from cds_service import log
from cds_service.catalogue import Catalogue
from cds_service.errors import BadSetting
from cds_service.settings import Settings
from cds_service.smart.app import App
from cds_service.trust.clients import House, Registry, read_clients
from cds_service.trust.gate import Door, Gate
from cds_service.trust.jwks import KeyRing
from cds_service.trust.seen import Replaying, Seen

LOOK_EVERY = 2.0
"""Seconds between two looks at the deployment files; SIGHUP makes it look at once."""

TIDY_EVERY = 60.0


def gate_for(
    settings: Settings,
    catalogue: Catalogue,
    clock: Callable[[], datetime],
    *,
    replay: Replaying | None = None,
    transport: httpx2.AsyncBaseTransport | None = None,
    trusted: ssl.SSLContext | None = None,
    app: App | None = None,
) -> Gate:
    """The gate by the settings. Raises BadSetting, for a mistake in a deployment file too."""
    if settings.clients is None:
        return Gate(settings, app=app)
    if settings.open:
        raise BadSetting("CDS_OPEN accepts unsigned calls and CDS_CLIENTS refuses them: unset one of the two")
    house = _house(settings, catalogue)
    registry = Registry(read_clients(settings.clients, house), house)
    seen = Seen(replay, clock, strict=settings.replay == "strict")
    return Gate(settings, Door(registry, KeyRing(clock, transport, trusted=trusted), seen, clock))


def _house(settings: Settings, catalogue: Catalogue) -> House:
    value_sets = tuple(catalogue.terminology.value_sets)
    return House(tuple(trial.nct_id for trial in catalogue.trials), value_sets, settings.concept_maps)


def trials_taken(gate: Gate, settings: Settings, catalogue: Catalogue) -> None:
    """Other trials are here now: deployment files may name them, and are held against them at the next look."""
    if gate.door is not None:
        gate.door.registry.moved(_house(settings, catalogue))


@asynccontextmanager
async def kept_up_to_date(gate: Gate) -> AsyncIterator[None]:
    """While this lasts, changed deployment files are taken over, and the connections of the gate are held."""
    door = gate.door
    if door is None:
        yield
        return
    tasks = [asyncio.create_task(_watch(door.registry)), asyncio.create_task(_tidy(door.seen))]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await door.keys.close()


async def _tidy(seen: Seen) -> None:
    while True:
        await asyncio.sleep(TIDY_EVERY)
        await seen.tidy()


async def _watch(registry: Registry) -> None:
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    # Not in the main thread (a test's server), or not on this system: then the regular look has to do.
    with contextlib.suppress(ValueError, NotImplementedError, RuntimeError, AttributeError):
        loop.add_signal_handler(signal.SIGHUP, asked.set)
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asked.wait(), LOOK_EVERY)
        anyway = asked.is_set()
        asked.clear()
        await _look(registry, anyway=anyway)


async def _look(registry: Registry, *, anyway: bool) -> None:
    """One look; whatever goes wrong, the version in force stays and the next look comes."""
    before = registry.refused
    try:
        changed = await asyncio.to_thread(registry.reread, anyway=anyway)
    except Exception as error:
        log.trust("clients-refused", why=type(error).__name__, level=logging.ERROR)
        return
    if changed:
        log.trust("clients-reread", number=len(registry.clients.by_name), level=logging.INFO)
    elif registry.refused and registry.refused != before:
        log.trust("clients-refused", why=registry.refused, level=logging.ERROR)
