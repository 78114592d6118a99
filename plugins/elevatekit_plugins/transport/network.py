"""The way to a server as the environment describes it: through which proxy, whom to trust.

`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, `SSL_CERT_FILE` and `SSL_CERT_DIR` work as
people expect of curl and Python. Where no variable names a proxy, macOS and Windows are asked for
the one of their system settings, as Python does. Loopback is never reached through a proxy.
"""

from __future__ import annotations

import os
import ssl
from importlib.util import find_spec
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2

from elevatekit_plugins.addresses import is_loopback
from elevatekit_plugins.errors import ConfigError


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
        raise ConfigError(
            f"SSL_CERT_DIR={folder} is not a directory; set it to one with CA certificates"
        )
    try:
        context = httpx2.create_ssl_context()
    except OSError as error:  # of which ssl.SSLError is one
        log = os.environ.get("SSLKEYLOGFILE")
        if log and error.filename == log:
            raise ConfigError(
                f"SSLKEYLOGFILE={log} cannot be written: {error.strerror}; unset it or name a file"
            ) from None
        given = f"SSL_CERT_FILE={file}" if file else f"SSL_CERT_DIR={folder}"
        raise ConfigError(
            f"the CA certificates of {given} cannot be used: {error.strerror or error};"
            " use a PEM file with certificates"
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
    scheme = url.partition("://")[0]
    named = f"the proxy {_shown(url)} from the environment cannot be used"
    try:
        proxy = httpx2.Proxy(url, ssl_context=context if scheme == "https" else None)
        if (proxy.url.port or 1) > 65535:
            raise ValueError("the port is out of range")
    except (ValueError, httpx2.InvalidURL):
        raise ConfigError(
            f"{named}: use a URL that begins with http:// or https:// and has a host and no"
            " port above 65535"
        ) from None
    if scheme.startswith("socks") and find_spec("socksio") is None:
        raise ConfigError(f"{named}: SOCKS requires the package socksio; run pip install socksio")
    return proxy


def _shown(url: str) -> str:
    """A URL without what may be credentials: all that stands before the last @, wherever it is."""
    scheme, place = url.partition("://")[0], url.rpartition("@")[2].rpartition("://")[2]
    return f"{scheme}://{place}" if scheme.isalnum() else place


def shown_proxy(proxy: httpx2.Proxy | None) -> str:
    """How an error names a proxy: without its credentials. Empty where there is none."""
    return "" if proxy is None else _shown(str(proxy.url))
