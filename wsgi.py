"""The door for a WSGI server: `granian --interface wsgi wsgi:app`."""

from portal import create_app
from portal.config import Config
from portal.log import start_logging
from portal.readiness import require_fit

start_logging()
config = Config.from_environment()
if not config.command_line:
    # Migrations and --help need no secret; serving does.
    require_fit(config)
app = create_app(config)
