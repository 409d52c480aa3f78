# shellcheck shell=bash disable=SC2154,SC2034 # the variables of scripts/make-source
# An old server: MBR with a logical partition, BIOS, and the names of its first kernel everywhere.
grub_modules+=' ext2'
kernel_root=/dev/vda1

partition() {
    sfdisk "$output/disk0.raw" <<TEXT
label: dos
start=2048, size=$((disk_mib * 2048 - 2048 - 67 * 2048)), type=83, bootable
start=$((disk_mib * 2048 - 66 * 2048)), size=$((66 * 2048)), type=5


start=$((disk_mib * 2048 - 65 * 2048)), size=$((64 * 2048)), type=82
TEXT
    find_partitions "$output/disk0.raw" 1 5
    fstab="/dev/vda1 / ext4 errors=remount-ro 0 1
/dev/vda5 none swap sw 0 0"
}

fill() {
    embed_grub "$root" "$output/disk0.raw" "$work/core.img" 512 $((2047 * 512))
    pour_ext4 "$output/disk0.raw" "$first_1" "$bytes_1" "$root_uuid" "$root"
    pour_swap "$output/disk0.raw" "$first_5" "$bytes_5"
}

add_facts() { :; }
