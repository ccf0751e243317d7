dnl SPDX-License-Identifier: MIT
dnl IW_REQUIRE(VARIABLE, MODULES, WHAT, PACKAGE): a library that inowatch needs.
AC_DEFUN([IW_REQUIRE], [
PKG_CHECK_MODULES([$1], [$2], [],
	[AC_MSG_ERROR([$3 is missing: install the Debian package $4])])
])

dnl IW_OPTIONAL(VARIABLE, MODULES): the same, sets have_VARIABLE instead of failing.
AC_DEFUN([IW_OPTIONAL], [
PKG_CHECK_MODULES([$1], [$2], [have_$1=yes], [have_$1=no])
])
