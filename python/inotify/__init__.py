# SPDX-License-Identifier: MIT
"""
Linux inotify, with the interfaces of older packages of this name: see each module.
"""
