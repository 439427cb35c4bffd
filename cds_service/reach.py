"""Which network addresses may be connected to: never where only this machine or its cloud should be able to ask.

A name in a hook call or a deployment file leads to whatever its DNS says at that moment, so the address itself is
judged (FHIR-8). Forms that carry an IPv4 address inside an IPv6 one are judged by what they carry.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address

_HOSPITALS_OWN = tuple(ip_network(net) for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))
# Where clouds answer about the machine itself; some lie in ranges that are otherwise public or a hospital's own.
_METADATA = tuple(
    ip_network(net)
    for net in ("169.254.0.0/16", "168.63.129.16/32", "100.100.100.200/32", "fd00:ec2::/32", "fd20:ce::254/128")
)
_FOR_PROTOCOLS = (ip_network("192.0.0.0/24"), ip_network("192.88.99.0/24"))
_GLOBAL_UNICAST = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")
_COMPATIBLE = ip_network("::/96")


@dataclass(frozen=True, slots=True)
class Reach:
    """What beyond public addresses may be connected to: the hospital's own network, this machine."""

    private: bool = False
    loopback: bool = False


PUBLIC = Reach()
ANY_OWN = Reach(private=True, loopback=True)
"""For open mode, which is for development: other machines of this network and this machine, still no metadata."""


def refusal(written: str, reach: Reach) -> str | None:
    """Why a resolved address may not be connected to, in one word; None when it may."""
    try:
        address = _carried(ip_address(written))
    except ValueError:
        return "unreadable"
    if address is None:
        return "tunnel"
    if any(address in net for net in _METADATA):
        return "metadata"
    if address.is_loopback:
        return None if reach.loopback else "loopback"
    if any(address in net for net in _HOSPITALS_OWN):
        return None if reach.private else "private"
    return None if _public(address) else "special"


def _public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    odd = address.is_multicast or address.is_reserved or any(address in net for net in _FOR_PROTOCOLS)
    return address.is_global and not odd


def _carried(address: Address) -> Address | None:
    """The address that is reached in the end; None for tunnels whose far end nobody can vouch for (6to4, Teredo)."""
    if isinstance(address, IPv4Address):
        return address
    if address.sixtofour is not None or address.teredo is not None:
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    inside = int(address) & 0xFFFF_FFFF
    if address in _NAT64 or (address in _COMPATIBLE and inside > 1):
        return IPv4Address(inside)
    return address
