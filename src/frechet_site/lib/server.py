"""The web server: gunicorn with a few processes of a few threads, each with its engine."""

from __future__ import annotations

from typing import Any, final

from django.core.wsgi import get_wsgi_application
from django.db import connections
from gunicorn.app.base import BaseApplication

from frechet_site.lib.engine import ENGINE

THREADS = 8
SECONDS_TO_ANSWER = 60
REQUESTS_OF_A_PROCESS = 20_000


def start_engine(worker: object) -> None:
    """Start the engine of a server process, so that the first person does not wait for it."""
    ENGINE.start()


def stop_engine(server: object, worker: object) -> None:
    """End the engine with its server process."""
    ENGINE.stop()


@final
class Server(BaseApplication):
    """gunicorn, told what it needs without a file of its own."""

    def __init__(self, host: str, port: int, workers: int) -> None:
        self.chosen: dict[str, Any] = {
            "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            "workers": workers,
            "threads": THREADS,
            "worker_class": "gthread",
            "timeout": SECONDS_TO_ANSWER,
            "graceful_timeout": SECONDS_TO_ANSWER // 2,
            "max_requests": REQUESTS_OF_A_PROCESS,
            "max_requests_jitter": REQUESTS_OF_A_PROCESS // 10,
            "preload_app": True,
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_worker_init": start_engine,
            "worker_exit": stop_engine,
        }
        super().__init__()

    def load_config(self) -> None:
        """Hand over what was chosen."""
        for name, value in self.chosen.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the application; no connection to the database is carried into a child process."""
        application = get_wsgi_application()
        connections.close_all()
        return application
