"""What the launcher says that is nobody's answer: written to the log, because nobody else would ever see it."""

import structlog

_log = structlog.stdlib.get_logger(__name__)


class Notices:
    """Logs the launcher's notices. `failures` names the environments that do not work now, and why."""

    def __init__(self) -> None:
        self.failures: dict[str, str] = {}

    def take(self, message: dict[str, object]) -> None:
        """Log one notice."""
        match message:
            case {"type": "environment", "name": str(name), "failure": None}:
                self.failures.pop(name, None)
                _log.info("environment_ready", environment=name)
            case {"type": "environment", "name": str(name), "failure": failure}:
                self.failures[name] = str(failure)
                _log.error("environment_failed", environment=name, failure=str(failure))
            case {"type": "switch", "name": str(name), "failure": failure}:
                _log.error("environment_not_switched", environment=name, failure=str(failure))
            case {"type": "trouble", "what": what, "details": details}:
                _log.error("launcher_trouble", what=what, details=details)
            case {"type": "bad_request", "reason": reason}:
                _log.error("launcher_did_not_understand", reason=reason)
            case {"type": "refused", "reason": reason}:
                _log.warning("sandbox_refused", reason=reason)
            case {"type": "ended", "run": run, "failure": failure}:
                _log.error("sandbox_failed", run=run, failure=failure)
            case _:
                _log.error("launcher_said_something_unknown", said=str(message)[:500])

    def forget(self, environment: str) -> None:
        """Note that an environment is no more: it cannot fail either."""
        self.failures.pop(environment, None)

    def launcher_gone(self) -> None:
        """Log the worst: no run is possible any more."""
        _log.critical("launcher_gone")
