"""Dateline reads reports of armed conflict and keeps a sourced, dated, placed record of what happened and who says so."""

import os

# One BLAS thread makes spaCy half as fast again; it has to be said before numpy is first imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
