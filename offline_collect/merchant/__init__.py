"""The simulated merchant's back office: merchants, forms, customers, bills, imports, postings and reports."""
