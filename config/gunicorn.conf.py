"""The web role: processes, threads and limits of the WSGI server.  Addresses and counts come from the settings."""

import gc

from comity.core.settings import settings

_server = settings().server

bind = f"{_server.host}:{_server.port}"
worker_class = "gthread"  # an upload from a slow line must not hold a whole process
workers = _server.workers
threads = _server.threads
timeout = 60  # seconds that one request may take; a part of 8 MiB needs a few
graceful_timeout = 5  # seconds to finish what runs when asked to stop
keepalive = 15
limit_request_line = 2048
limit_request_fields = 60
limit_request_field_size = 8190
forwarded_allow_ips = "*" if _server.proxies else "127.0.0.1"
accesslog = None  # addresses of readers are not collected; the journal says who did what
errorlog = "-"
loglevel = "warning"
proc_name = "comity-web"
control_socket_disable = True


def post_worker_init(_worker):
    """What was loaded stays: from now on the collector of garbage looks at what requests leave, and at nothing else."""
    gc.collect()
    gc.freeze()
