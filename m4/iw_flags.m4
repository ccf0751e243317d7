dnl SPDX-License-Identifier: MIT
dnl Flags that are used where the compiler or the linker takes them.

dnl IW_CC_FLAGS(VARIABLE, FLAGS): appends to VARIABLE those flags that the compiler takes.
AC_DEFUN([IW_CC_FLAGS], [
for iw_flag in $2; do
	AS_VAR_PUSHDEF([iw_cache], [iw_cv_cc_$iw_flag])
	AC_CACHE_CHECK([whether $CC takes $iw_flag], [iw_cache], [
		iw_saved_CFLAGS=$CFLAGS
		CFLAGS="$CFLAGS -Werror $iw_flag"
		AC_COMPILE_IFELSE([AC_LANG_PROGRAM()],
			[AS_VAR_SET([iw_cache], [yes])], [AS_VAR_SET([iw_cache], [no])])
		CFLAGS=$iw_saved_CFLAGS
	])
	AS_VAR_IF([iw_cache], [yes], [AS_VAR_APPEND([$1], [" $iw_flag"])])
	AS_VAR_POPDEF([iw_cache])
done
])

dnl IW_LD_FLAGS(VARIABLE, FLAGS): the same for the linker.
AC_DEFUN([IW_LD_FLAGS], [
for iw_flag in $2; do
	AS_VAR_PUSHDEF([iw_cache], [iw_cv_ld_$iw_flag])
	AC_CACHE_CHECK([whether $CC links with $iw_flag], [iw_cache], [
		iw_saved_CFLAGS=$CFLAGS
		iw_saved_LDFLAGS=$LDFLAGS
		CFLAGS="$CFLAGS -Werror -fPIE"
		LDFLAGS="$LDFLAGS $iw_flag"
		AC_LINK_IFELSE([AC_LANG_PROGRAM()],
			[AS_VAR_SET([iw_cache], [yes])], [AS_VAR_SET([iw_cache], [no])])
		CFLAGS=$iw_saved_CFLAGS
		LDFLAGS=$iw_saved_LDFLAGS
	])
	AS_VAR_IF([iw_cache], [yes], [AS_VAR_APPEND([$1], [" $iw_flag"])])
	AS_VAR_POPDEF([iw_cache])
done
])

dnl IW_WARNINGS: sets IW_WARNING_CFLAGS.
AC_DEFUN([IW_WARNINGS], [
AC_ARG_ENABLE([werror],
	[AS_HELP_STRING([--enable-werror], [make warnings errors (for developers)])],
	[], [enable_werror=no])
IW_WARNING_CFLAGS=
IW_CC_FLAGS([IW_WARNING_CFLAGS], [-Wall -Wextra -Wshadow -Wstrict-prototypes dnl
	-Wmissing-prototypes -Wold-style-definition -Wpointer-arith -Wcast-qual dnl
	-Wcast-align -Wformat-security -Wundef -Wvla dnl
	-Wduplicated-cond -Wduplicated-branches dnl
	-Wimplicit-fallthrough -Wno-unused-parameter dnl
	-Wno-missing-field-initializers])
AS_IF([test "x$enable_werror" = xyes], [AS_VAR_APPEND([IW_WARNING_CFLAGS], [" -Werror"])])
AC_SUBST([IW_WARNING_CFLAGS])
])

dnl IW_SANITIZE: --enable-sanitize; sets IW_SANITIZE_FLAGS (compiler and linker) and
dnl IW_SANITIZE_PRELOAD, the library that an interpreter which is not instrumented has
dnl to load first.
AC_DEFUN([IW_SANITIZE], [
AC_ARG_ENABLE([sanitize],
	[AS_HELP_STRING([--enable-sanitize],
		[build with the address and undefined-behaviour sanitizers])],
	[], [enable_sanitize=no])
IW_SANITIZE_FLAGS=
IW_SANITIZE_PRELOAD=
AS_IF([test "x$enable_sanitize" = xyes], [
	IW_SANITIZE_FLAGS="-fsanitize=address,undefined -fno-sanitize-recover=all"
	iw_saved_CFLAGS=$CFLAGS
	CFLAGS="$CFLAGS $IW_SANITIZE_FLAGS"
	AC_MSG_CHECKING([whether $CC links with the sanitizers])
	AC_LINK_IFELSE([AC_LANG_PROGRAM()], [AC_MSG_RESULT([yes])], [
		AC_MSG_RESULT([no])
		AC_MSG_ERROR([--enable-sanitize needs the sanitizer libraries of $CC: install the Debian package libgcc-12-dev, or the one of your compiler's version])
	])
	CFLAGS=$iw_saved_CFLAGS
	IW_CC_FLAGS([IW_SANITIZE_FLAGS], [-fno-omit-frame-pointer])
	# Clang links its runtime into programs only, but a module needs the shared one.
	iw_file=libasan.so
	AS_IF([$CC --version 2>/dev/null | grep clang >/dev/null],
		[iw_file=libclang_rt.asan-`uname -m`.so])
	iw_path=`$CC -print-file-name=$iw_file`
	AS_CASE([$iw_path], [/*], [IW_SANITIZE_PRELOAD=$iw_path])
	AS_CASE([$iw_path], [/*libclang_rt*],
		[IW_SANITIZE_FLAGS="$IW_SANITIZE_FLAGS -shared-libasan -Wl,-rpath,`AS_DIRNAME(["$iw_path"])`"])
])
AC_SUBST([IW_SANITIZE_FLAGS])
AC_SUBST([IW_SANITIZE_PRELOAD])
AM_CONDITIONAL([SANITIZE], [test "x$enable_sanitize" = xyes])
])

dnl IW_LTO: --disable-lto; sets IW_LTO_CFLAGS, with which what is installed is compiled, and
dnl IW_NO_LTO_LDFLAGS, with which tests link the same objects quickly. Call it after
dnl IW_SANITIZE. Objects are "fat", so that any ar and any linker can use them.
AC_DEFUN([IW_LTO], [
AC_ARG_ENABLE([lto],
	[AS_HELP_STRING([--disable-lto], [do not optimize across source files])],
	[], [enable_lto=auto])
AS_IF([test "x$enable_lto" = xauto && test "x$enable_sanitize" = xyes], [enable_lto=no])
AS_CASE([" $CFLAGS "], [*' -O0 '*|*' -fno-lto '*], [enable_lto=no], [*' -O'*], [],
	[enable_lto=no])
IW_LTO_CFLAGS=
IW_NO_LTO_LDFLAGS=
AS_IF([test "x$enable_lto" != xno], [
	iw_saved_CFLAGS=$CFLAGS
	CFLAGS="$CFLAGS -Werror -flto=auto -ffat-lto-objects"
	AC_MSG_CHECKING([whether $CC optimizes across files])
	AC_LINK_IFELSE([AC_LANG_PROGRAM()], [enable_lto=yes], [enable_lto=no])
	AC_MSG_RESULT([$enable_lto])
	CFLAGS=$iw_saved_CFLAGS
])
AS_IF([test "x$enable_lto" = xyes], [
	IW_LTO_CFLAGS="-flto=auto -ffat-lto-objects"
	IW_NO_LTO_LDFLAGS=-fno-lto
])
AC_SUBST([IW_LTO_CFLAGS])
AC_SUBST([IW_NO_LTO_LDFLAGS])
])

dnl IW_HARDENING: sets IW_HARDENING_CFLAGS and _CPPFLAGS, IW_HARDENING_LDFLAGS for all,
dnl and IW_PIE_CFLAGS and _LDFLAGS for programs. Call it after IW_SANITIZE.
AC_DEFUN([IW_HARDENING], [
IW_HARDENING_CFLAGS=
IW_HARDENING_CPPFLAGS=
IW_HARDENING_LDFLAGS=
IW_PIE_CFLAGS=
IW_PIE_LDFLAGS=
IW_CC_FLAGS([IW_HARDENING_CFLAGS], [-fstack-protector-strong -fstack-clash-protection])
IW_CC_FLAGS([IW_PIE_CFLAGS], [-fPIE])
IW_LD_FLAGS([IW_PIE_LDFLAGS], [-pie])
IW_LD_FLAGS([IW_HARDENING_LDFLAGS], [-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed])
# glibc warns when fortifying without optimization, and it hides bugs from the sanitizers.
AS_IF([test "x$enable_sanitize" != xyes],
	[AS_CASE([" $CFLAGS "], [*' -O0 '*], [], [*' -O'*],
		[IW_HARDENING_CPPFLAGS="-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"])])
AC_SUBST([IW_HARDENING_CFLAGS])
AC_SUBST([IW_HARDENING_CPPFLAGS])
AC_SUBST([IW_HARDENING_LDFLAGS])
AC_SUBST([IW_PIE_CFLAGS])
AC_SUBST([IW_PIE_LDFLAGS])
])
