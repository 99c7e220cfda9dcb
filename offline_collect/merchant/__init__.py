"""The simulated merchant's back office: merchants, forms, customers and bills."""
