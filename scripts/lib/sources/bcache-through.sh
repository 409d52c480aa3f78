# shellcheck shell=bash disable=SC2154,SC2034 # the variables of scripts/make-source
# The same with a cache that only helps to read: the slow disk has everything.
cache_mode=writethrough state_after_life=clean
# shellcheck source=scripts/lib/sources/bcache.sh
source "$scripts/lib/sources/bcache.sh"
