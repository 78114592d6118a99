"""The way to a server as the environment describes it: through which proxy, whom to trust.

`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, `SSL_CERT_FILE` and `SSL_CERT_DIR` work as
people expect of curl and Python. Loopback is never reached through a proxy.
"""

from __future__ import annotations

import os
import ssl
from importlib.util import find_spec
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2

from elevatekit_plugins.errors import ConfigError
from elevatekit_plugins.transport.addresses import is_loopback


def route(base_url: str) -> tuple[ssl.SSLContext, httpx2.Proxy | None]:
    """The TLS context and the proxy of the connections to a server.

    Raises:
        ConfigError: the environment names a proxy or CA certificates that cannot be used.
    """
    proxy = _proxy_url(base_url)
    if proxy is None and urlsplit(base_url).scheme == "http":
        # Loopback without TLS: reading the CA certificates would cost 18 ms for nothing.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), None
    context = _tls()
    return context, None if proxy is None else _proxy(proxy, context)


def _tls() -> ssl.SSLContext:
    folder, file = os.environ.get("SSL_CERT_DIR"), os.environ.get("SSL_CERT_FILE")
    if folder and not file and not os.path.isdir(folder):
        # OpenSSL would take it for an empty one, and refuse every certificate.
        raise ConfigError(f"SSL_CERT_DIR={folder} is no folder; name one with CA certificates")
    try:
        context = httpx2.create_ssl_context()
    except OSError as error:  # of which ssl.SSLError is one
        given = f"SSL_CERT_FILE={file}" if file else f"SSL_CERT_DIR={folder}"
        raise ConfigError(
            f"the CA certificates of {given} cannot be used: {error.strerror or error};"
            " name a file with certificates in PEM form"
        ) from None
    context.minimum_version = max(context.minimum_version, ssl.TLSVersion.TLSv1_2)
    return context


def _proxy_url(base_url: str) -> str | None:
    url = urlsplit(base_url)
    host = url.hostname or ""
    # NO_PROXY may name a port, so it is asked with the one that will be used.
    port = url.port or (443 if url.scheme == "https" else 80)
    if is_loopback(host) or proxy_bypass(f"{host}:{port}"):
        return None
    proxies = getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    if not proxy:
        return None
    return proxy if "://" in proxy else f"http://{proxy}"  # as curl reads it


def _proxy(url: str, context: ssl.SSLContext) -> httpx2.Proxy:
    scheme, _, rest = url.partition("://")
    place = rest.rpartition("@")[2]  # what stands before it are credentials
    shown = f"the proxy {scheme}://{place} of the environment cannot be used"
    try:
        proxy = httpx2.Proxy(url, ssl_context=context if scheme == "https" else None)
    except (ValueError, httpx2.InvalidURL):
        raise ConfigError(
            f"{shown}: give a URL that begins with http:// or https:// and names a host"
        ) from None
    if scheme.startswith("socks") and find_spec("socksio") is None:
        raise ConfigError(f"{shown}: SOCKS needs the package socksio; run pip install socksio")
    return proxy
