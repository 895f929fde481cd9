"""The pages as one WSGI application."""

from collections.abc import Callable

from flask import Flask
from jinja2 import StrictUndefined
from sqlalchemy import Engine

from recruit.actions.shelf import Shelf
from recruit.core.config import Settings
from recruit.core.keys import Secrets
from recruit.core.paths import templates
from recruit.terminology.lexicon import Lexicon
from recruit.web import access, errors, filters, health, language, public, review, safety, sign_in
from recruit.web.service import EXTENSION, Service
from recruit.web.sessions import ABSENT, visitor


def create_app(
    settings: Settings, engine: Engine, open_lexicon: Callable[[], Lexicon], secrets: Secrets
) -> Flask:
    """The application over `engine`; `open_lexicon` is called when a page needs concepts' names."""
    app = Flask(__name__, template_folder=str(templates() / "web"))
    app.extensions[EXTENSION] = Service(
        settings, engine, open_lexicon, Shelf(open_lexicon), secrets
    )
    newest, *older = secrets.sessions
    app.config.update(
        SECRET_KEY=newest,
        SECRET_KEY_FALLBACKS=older,
        SESSION_COOKIE_NAME="session",
        SESSION_COOKIE_SECURE=app.extensions[EXTENSION].secure,
        PERMANENT_SESSION_LIFETIME=ABSENT,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        _=language.say,
        counted=language.say_count,
        tongue=language.tongue,
        other_languages=language.other_languages,
        visitor=visitor,
    )
    app.context_processor(lambda: {"language": language.language()})
    # The language first: whatever fails after it is said in it.
    for part in (language, safety, access, errors, filters):
        part.init_app(app)
    for pages in (public.pages, sign_in.pages, review.pages, health.pages):
        app.register_blueprint(pages)
    return app
