# shellcheck shell=bash disable=SC2154,SC2034 # the variables of scripts/make-source
# A hypervisor's storage: LVM with a thin pool; a snapshot in it, changed since, holds the disk of a virtual machine.
disk_mib=1792
grub_modules+=' lvm ext2'

partition() {
    sgdisk --new=1:2048:+1M --typecode=1:ef02 --new=2:0:0 --typecode=2:8e00 "$output/disk0.raw"
    find_partitions "$output/disk0.raw" 1
    kernel_root=/dev/mapper/$group-root
    fstab="/dev/mapper/$group-root / ext4 errors=remount-ro 0 1
/dev/mapper/$group-swap none swap sw 0 0"
}

dress_more() { echo "volume /dev/$group/vm1" >>"$root/etc/host-proof"; }

fill() {
    embed_grub "$root" "$output/disk0.raw" "$work/core.img" "$first_1" "$bytes_1"
    archive_tree
    mkdir "$work/vm"
    known_files "$root" "$work/vm/data" 40
    truncate -s 64M "$work/vm1.raw"
    mkfs.ext4 -q -L vm1root -E nodiscard -d "$work/vm" "$work/vm1.raw"
    head -c 3000000 /dev/urandom >"$work/since-the-snapshot"
    # The machine has no thin_check, and lvm wants one; a pool that is made now is sound.
    in_guest <<TEXT
run
debug sh "ln -sf /bin/true /usr/sbin/thin_check"
pvcreate /dev/sda2
vgcreate $group /dev/sda2
lvcreate swap $group 64
lvcreate root $group 1280
mkswap /dev/$group/swap uuid:$swap_uuid
mkfs ext4 /dev/$group/root
set-uuid /dev/$group/root $root_uuid
mount /dev/$group/root /
tar-in $work/tree.tar / xattrs:true
umount-all
debug sh "lvcreate --yes --type thin-pool -L 256M --poolmetadatasize 4M -n pool $group"
debug sh "lvcreate --yes --type thin -V 64M --thinpool pool -n vm1_base $group"
upload $work/vm1.raw /dev/$group/vm1_base
debug sh "lvcreate --yes -s -k n -n vm1 $group/vm1_base"
debug sh "lvchange -ay $group/vm1"
mount /dev/$group/vm1 /
copy-in $work/since-the-snapshot /
umount-all
checksum-device sha256 /dev/$group/vm1
vg-activate-all false
TEXT
    volume_sum=$(grep -oE '^[0-9a-f]{64}$' "$work/guest.log")
}

add_facts() {
    fact expect "HOST-VOLUME /dev/$group/vm1 sha256=$volume_sum"
    fact expect "HOST-ROOT device=/dev/mapper/$group-root type=ext4"
}
