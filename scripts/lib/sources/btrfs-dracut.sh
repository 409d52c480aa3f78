# shellcheck shell=bash disable=SC2154,SC2034 # the variables of scripts/make-source
# btrfs with subvolumes for the root and for data, and an initramfs by dracut with the drivers of its machine only.
initramfs=dracut
grub_modules+=' btrfs'
boot_prefix=/@rootfs/boot
kernel_arguments='rootflags=subvol=@rootfs'
initramfs_modules='virtio_pci virtio_blk btrfs crc32c_generic'

partition() {
    sgdisk --new=1:2048:+1M --typecode=1:ef02 --new=2:0:0 --typecode=2:8300 "$output/disk0.raw"
    find_partitions "$output/disk0.raw" 1
    fstab="UUID=$root_uuid / btrfs defaults,subvol=@rootfs 0 0
UUID=$root_uuid /srv btrfs defaults,subvol=@srv 0 0"
}

fill() {
    embed_grub "$root" "$output/disk0.raw" "$work/core.img" "$first_1" "$bytes_1"
    archive_tree
    in_guest <<TEXT
run
debug sh "mkfs.btrfs -q -U $root_uuid $(guest_partition 0 2)"
mount /dev/sda2 /
btrfs-subvolume-create /@rootfs
btrfs-subvolume-create /@srv
tar-in $work/tree.tar /@rootfs xattrs:true
debug sh "mv /sysroot/@rootfs/srv/data /sysroot/@srv/data"
umount-all
TEXT
}

add_facts() { :; }
