# SPDX-License-Identifier: MIT
"""
The C library, for programs that call into it by ctypes themselves.

Nothing else in this package uses it: its own calls go through the extension module.
"""

import ctypes

# What the interpreter itself is linked with; asking for the library's file name would
# start a compiler on some systems.
instance: ctypes.CDLL = ctypes.CDLL(None, use_errno=True)
