"""Who asks, behind the one proxy that TRUSTED_PROXY=1 speaks of."""

import ipaddress


def visitor(request):
    """The address the proxy added last to X-Forwarded-For; what stands before it, anybody may have written.

    A port behind the address is dropped; words that are no address leave the proxy's own.
    """
    said = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    for candidate in (said, said.rpartition(":")[0].strip("[]")):
        try:
            return str(ipaddress.ip_address(candidate))
        except ValueError:
            continue
    return request.META.get("REMOTE_ADDR")
