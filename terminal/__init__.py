"""Alpha Desk: a person reviews what the AI proposes, and every order can be traced."""

__version__ = "0.1.0"
