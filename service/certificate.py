"""What a client makes of the server's certificate, tried without a network."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path


def expiry(certificate: Path, key: Path) -> datetime:
    """When the server's own certificate expires.

    Raises:
        ssl.SSLError: certificate and key do not belong together or cannot be read, or no client would take the certificate: it
            has expired, or is not for servers.
    """
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key, password="")
    client = ssl.create_default_context(cafile=str(certificate))
    client.check_hostname = False
    # The certificate stands for itself: who signed it, and for what name, is for the clients to know.
    client.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    served = server.wrap_bio(to_server, to_client, server_side=True)
    asking = client.wrap_bio(to_client, to_server)
    # The certificate comes with the server's first answer.
    for side in (asking, served, asking):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    shown = asking.getpeercert()
    if not shown:
        raise ssl.SSLError("the handshake brought no certificate")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)
