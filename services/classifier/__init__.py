"""Items to reports."""
