# shellcheck shell=bash
# Programs of a Debian tree that is not started: enter_chroot TREE, then run PROGRAM…, and leave_chroot at the end.
# To be sourced; leave_chroot belongs into the caller's EXIT trap.

chroot_tree=''
chroot_mounts=()

# Makes $1 ready for its package manager: no service starts, names resolve, the archive of $mirror is its only source.
enter_chroot() {
    local place
    chroot_tree=$1
    for place in proc sys dev; do
        mount --bind "/$place" "$chroot_tree/$place"
        chroot_mounts+=("$chroot_tree/$place")
    done
    printf '#!/bin/sh\nexit 101\n' >"$chroot_tree/usr/sbin/policy-rc.d"
    chmod 755 "$chroot_tree/usr/sbin/policy-rc.d"
    cp /etc/resolv.conf "$chroot_tree/etc/resolv.conf"
    [[ -z ${mirror:-} ]] || echo "deb $mirror bookworm main" >"$chroot_tree/etc/apt/sources.list"
}

run() {
    # A place for temporary files is this machine's.
    chroot "$chroot_tree" env -u TMPDIR DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

# Undoes enter_chroot; does nothing when nothing is to undo.
leave_chroot() {
    local i
    [[ $chroot_tree ]] || return 0
    rm -f "$chroot_tree/usr/sbin/policy-rc.d" "$chroot_tree/etc/resolv.conf"
    for ((i = ${#chroot_mounts[@]} - 1; i >= 0; i--)); do umount "${chroot_mounts[i]}" || umount -l "${chroot_mounts[i]}"; done
    chroot_mounts=()
    chroot_tree=''
}
