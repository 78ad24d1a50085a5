# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Sourced by the lab's scripts: where the cache is, and how they give up.
# Exit codes are vfiosim's: 2 usage, 3 bad input, 4 cannot run here.

# shellcheck disable=SC2034
lab_cache=${VFIOSIM_LAB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vfiosim/lab}

lab_die() {
	local status=$1
	shift
	echo "${0##*/}: $*" >&2
	exit "$status"
}

lab_need() {
	local program
	for program in "$@"; do
		command -v "$program" >/dev/null || lab_die 4 "$program is not installed"
	done
}
