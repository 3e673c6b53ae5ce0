"""Many runs of one thing: what is tried, who computes it, where the results lie."""
