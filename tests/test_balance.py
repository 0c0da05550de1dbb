"""A client that was given several servers, as a headless Service gives them."""

from __future__ import annotations

import asyncio

from conftest import Start

from piiprobe import PiiClient


async def test_calls_are_spread_over_all_servers_of_a_target(start: Start) -> None:
    servers = [await start() for _ in range(2)]

    def ask_until_all_were_asked() -> None:
        addresses = ",".join(f"127.0.0.1:{server.server.port}" for server in servers)
        with PiiClient(f"ipv4:{addresses}", timeout=5) as client:
            while not all(server.detector.seen for server in servers):
                client.detect("x")

    async with asyncio.timeout(5):
        await asyncio.to_thread(ask_until_all_were_asked)
