"""Whether requests can be served, and its report for operators."""
