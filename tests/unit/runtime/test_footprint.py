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


def test_the_classifier_imports_nothing_of_the_notifier() -> None:
    program = (
        "import sys, services.cli.main, services.cli.configuration, services.classifier.app;"
        "print([name for name in sys.modules if 'notifier' in name or name == 'sqlalchemy'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
