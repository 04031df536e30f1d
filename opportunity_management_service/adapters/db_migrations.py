"""Brings the deployed database's schema up to the deployed image: `python -m opportunity_management_service.adapters.db_migrations`.

It runs deploy/migrate.sh, which starts the migrations as a one-off ECS task and waits for its end. Arguments are passed on:
the environment (else the one that is in the AWS account in use), and --dry-run.
"""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "deploy" / "migrate.sh"


def main(arguments: list[str]) -> int:
    return subprocess.run([str(SCRIPT), *arguments], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
