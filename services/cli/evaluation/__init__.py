"""The classifier measured against labels: gold in, figures, tables and plots out."""
