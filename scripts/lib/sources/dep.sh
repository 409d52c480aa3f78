# shellcheck shell=bash disable=SC2154,SC2034 # the variables of scripts/make-source
# The commonest small server: GPT, BIOS, ext4, everything by UUID, and an initramfs that fits its machine only.
grub_modules+=' ext2'
# Ask a Debian 12 on q35 with virtio-blk and MODULES=dep: drivers of the disk, its bus and the root file system.
initramfs_modules='virtio_pci virtio_blk ext4'

partition() {
    sgdisk --new=1:2048:+1M --typecode=1:ef02 --new=2:0:-64M --typecode=2:8300 --new=3:0:0 --typecode=3:8200 "$output/disk0.raw"
    find_partitions "$output/disk0.raw" 1 2 3
    fstab="UUID=$root_uuid / ext4 errors=remount-ro 0 1
UUID=$swap_uuid none swap sw 0 0"
}

fill() {
    embed_grub "$root" "$output/disk0.raw" "$work/core.img" "$first_1" "$bytes_1"
    pour_ext4 "$output/disk0.raw" "$first_2" "$bytes_2" "$root_uuid" "$root"
    pour_swap "$output/disk0.raw" "$first_3" "$bytes_3"
}

add_facts() { :; }
