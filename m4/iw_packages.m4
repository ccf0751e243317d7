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

dnl IW_COMPLETION(SHELL, FOLDER, MODULE): where completions for a shell are installed: what
dnl its pkg-config module says, if that lies below datadir whatever the prefix is, else
dnl FOLDER. Sets SHELLcompletiondir, and the conditional SHELL_COMPLETION.
AC_DEFUN([IW_COMPLETION], [
AC_ARG_WITH([$1-completion-dir],
	[AS_HELP_STRING([--with-$1-completion-dir=DIR],
		[where completions for $1 are installed; no: nowhere])],
	[], [with_$1_completion_dir=yes])
AS_IF([test "x$with_$1_completion_dir" = xyes], [
	with_$1_completion_dir='$2'
	m4_ifval([$3], [
		iw_folder=`$PKG_CONFIG --define-variable=datadir='${datadir}' dnl
			--variable=completionsdir $3 2>/dev/null`
		AS_CASE([$iw_folder], ['${datadir}'/*], [with_$1_completion_dir=$iw_folder])
	])
])
AC_SUBST([$1completiondir], [$with_$1_completion_dir])
AM_CONDITIONAL(m4_toupper([$1])[_COMPLETION], [test "x$with_$1_completion_dir" != xno])
])
