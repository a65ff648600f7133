import subprocess
import sys


def test_a_service_leaves_rich_out() -> None:
    program = (
        "import sys; from services.runtime.footprint import keep_small; keep_small();"
        "import structlog, services.notifier.app; print(sys.modules['rich'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "None"
