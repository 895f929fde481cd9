"""The pages for a server of one's own choice: `gunicorn --workers 4 recruit.wsgi:application`.

Settings come from the environment, as for `recruit serve`. Jobs run elsewhere: `recruit worker`.
"""

from recruit.bootstrap import start
from recruit.referrals.safety import suspected

application = start().pages()
suspected("bonjour")  # reads its tables now, and not while somebody's first message waits
