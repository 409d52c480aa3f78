# shellcheck shell=bash disable=SC2154 # the variables of scripts/make-source
# Puts the tree of a source on its disks: plain ext4 from here, everything else in an emulated machine.

# An ext4 with id $4 and the tree $5 in it, at byte $2 of disk $1, $3 bytes long.
pour_ext4() {
    mkfs.ext4 -q -F -U "$4" -E "offset=$2,nodiscard" -d "$5" "$1" "$(($3 / 1024))k"
}

# What is in /boot becomes an ext4 of its own: the second partition of the first disk.
pour_boot() {
    mkdir "$work/boot"
    mv "$root"/boot/* "$work/boot/"
    pour_ext4 "$output/disk0.raw" "$first_2" "$bytes_2" "$boot_uuid" "$work/boot"
}

pour_swap() {
    attach "$1" "$2" "$3"
    mkswap -q -U "$swap_uuid" "$loop"
    detach
}

# Partition $2 of disk $1 as the shell of in_guest's machine finds it: its kernel names disks as it meets them, not in their order.
guest_partition() { echo "/dev/disk/by-path/*-scsi-0:0:$1:0-part$2"; }

# Runs the guestfish script on standard input over all disks. "debug sh" in it is the shell of that machine: it says guest_partition
# where guestfish's own commands say /dev/sda for the first disk, /dev/sdb for the second, whatever that kernel calls them.
in_guest() {
    local folder disk words=(guestfish)
    folder=$("$scripts/lib/guestfs-kernel")
    if [[ $folder ]]; then
        # supermin keeps its machine there; made anew when packages change.
        mkdir -p "$folder/appliance"
        export LIBGUESTFS_CACHEDIR=$folder/appliance
        SUPERMIN_KERNEL=$(compgen -G "$folder/boot/vmlinuz-*")
        SUPERMIN_MODULES=$(compgen -G "$folder/lib/modules/*")
        export SUPERMIN_KERNEL SUPERMIN_MODULES
    fi
    for ((disk = 0; disk < disk_count; disk++)); do words+=(--format=raw -a "$output/disk$disk.raw"); done
    mkdir -p "$work/guest"
    LIBGUESTFS_BACKEND=direct LIBGUESTFS_BACKEND_SETTINGS=force_tcg TMPDIR=$work/guest timeout 1500 "${words[@]}" >"$work/guest.log" 2>&1 ||
        { tail -30 "$work/guest.log" >&2 && exit 1; }
}

# The tree as an archive that names no owners by name: the emulated machine knows others.
archive_tree() {
    tar -C "$root" --xattrs --numeric-owner -cf "$work/tree.tar" .
}
