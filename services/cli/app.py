"""The commands of `watchfloor`.

Only what Typer needs to read a command line is imported here; a command imports what does its
work when it is called, so that `watchfloor classify` and every help text start at once.
"""

import typer

from services.cli.commands import (
    configuration,
    delivery,
    evaluate,
    explain,
    operations,
    records,
    running,
)
from services.cli.commands.epilogs import CODES, epilog

app = typer.Typer(
    name="watchfloor",
    help="Reads news from Kafka and alerts by webhook, once per event.",
    epilog=epilog("watchfloor up", "watchfloor publish feed.jsonl.xz", codes=CODES),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (running, records, explain, evaluate, operations, delivery, configuration):
    group.add_to(app)
