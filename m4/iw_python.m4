dnl SPDX-License-Identifier: MIT
dnl IW_PYTHON: finds the interpreter that _inotify is built for, and asks it everything:
dnl its headers, the suffix of extensions, and where it looks for modules below the
dnl prefix. pkg-config is not asked, because it may describe another interpreter.
AC_DEFUN([IW_PYTHON], [
AC_ARG_VAR([PYTHON], [the Python 3 interpreter to build _inotify for])
AC_ARG_ENABLE([python],
	[AS_HELP_STRING([--disable-python], [do not build the Python module])],
	[], [enable_python=yes])
AC_ARG_WITH([pythondir],
	[AS_HELP_STRING([--with-pythondir=DIR],
		[where to install Python modules @<:@where PYTHON looks below the prefix@:>@])],
	[], [with_pythondir=])
iw_ask=$srcdir/m4/iw_python.py
have_python=no
AS_IF([test "x$enable_python" != xno], [
	AC_MSG_CHECKING([for a Python 3.9 or later with headers])
	AS_IF([test -n "$PYTHON"], [
		AS_IF([$PYTHON "$iw_ask" usable >&AS_MESSAGE_LOG_FD 2>&1],
			[have_python=yes],
			[AC_MSG_RESULT([no])
			AC_MSG_ERROR([$PYTHON is no Python 3.9 or later with headers (Python.h): install its development package (Debian: python3-dev), choose another with PYTHON=, or configure with --disable-python])])
	], [
		iw_saved_IFS=$IFS; IFS=$PATH_SEPARATOR
		for iw_folder in $PATH /usr/bin; do
			IFS=$iw_saved_IFS
			PYTHON=$iw_folder/python3
			AS_IF([test -x "$PYTHON" &&
				"$PYTHON" "$iw_ask" usable >&AS_MESSAGE_LOG_FD 2>&1],
				[have_python=yes; break])
		done
		IFS=$iw_saved_IFS
		AS_IF([test $have_python = no], [
			AC_MSG_RESULT([none])
			AC_MSG_ERROR([no python3 on PATH has headers (Python.h): install the Debian package python3-dev, choose an interpreter with PYTHON=, or configure with --disable-python])
		])
	])
	# The real path: a shim may choose another interpreter in another folder.
	PYTHON=`$PYTHON "$iw_ask" executable`
	PYTHON_VERSION=`$PYTHON "$iw_ask" version`
	PYTHON_CPPFLAGS=`$PYTHON "$iw_ask" include`
	PYTHON_EXT_SUFFIX=`$PYTHON "$iw_ask" suffix`
	AC_MSG_RESULT([$PYTHON ($PYTHON_VERSION)])

	AC_MSG_CHECKING([where $PYTHON looks for modules below the prefix])
	AS_CASE([$with_pythondir],
		[''|yes|no], [pythondir=`$PYTHON "$iw_ask" folder "$iw_prefix"`],
		[/*], [pythondir=$with_pythondir],
		[AC_MSG_ERROR([--with-pythondir needs an absolute path, not $with_pythondir])])
	AC_MSG_RESULT([$pythondir])
	iw_exec_prefix=$exec_prefix
	AS_IF([test "x$iw_exec_prefix" = xNONE], [iw_exec_prefix=$iw_prefix])
	iw_pythondir=`echo "$pythondir" | sed "s|^.{exec_prefix}|$iw_exec_prefix|"`
	iw_python_is_searched=yes
	AS_IF([$PYTHON "$iw_ask" searches "$iw_pythondir" >&AS_MESSAGE_LOG_FD 2>&1], [],
		[iw_python_is_searched=no
		AC_MSG_WARN([$PYTHON does not look for modules in $iw_pythondir: set PYTHONPATH to it, or choose another --prefix or --with-pythondir])])
])
AC_SUBST([PYTHON_VERSION])
AC_SUBST([PYTHON_CPPFLAGS])
AC_SUBST([PYTHON_EXT_SUFFIX])
AC_SUBST([pythondir])
AM_CONDITIONAL([PYTHON], [test $have_python = yes])
])
