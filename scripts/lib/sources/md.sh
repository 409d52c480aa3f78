# shellcheck shell=bash disable=SC2154,SC2034 # the variables of scripts/make-source
# Two disks as one: RAID1 with LVM on it, GRUB on both.
disk_count=2 disk_mib=1280
grub_modules+=' mdraid1x lvm ext2'
array_uuid=$(new_uuid)
# The same, as mdadm writes it.
array_id=$(sed -E 's/-//g; s/(.{8})(.{8})(.{8})(.{8})/\1:\2:\3:\4/' <<<"$array_uuid")

partition() {
    local disk
    for disk in 0 1; do
        sgdisk --new=1:2048:+1M --typecode=1:ef02 --new=2:0:0 --typecode=2:fd00 "$output/disk$disk.raw"
    done
    find_partitions "$output/disk0.raw" 1
    kernel_root=/dev/mapper/$group-root
    fstab="/dev/mapper/$group-root / ext4 errors=remount-ro 0 1
/dev/mapper/$group-swap none swap sw 0 0"
}

dress_more() {
    printf 'HOMEHOST <system>\nMAILADDR root\nARRAY /dev/md/0 metadata=1.2 UUID=%s name=%s:0\n' "$array_id" "$name" \
        >"$root/etc/mdadm/mdadm.conf"
}

fill() {
    local disk
    for disk in 0 1; do embed_grub "$root" "$output/disk$disk.raw" "$work/core.img" "$first_1" "$bytes_1"; done
    archive_tree
    # Both halves are zeros: there is nothing to synchronise.
    in_guest <<TEXT
run
debug sh "mdadm --create /dev/md0 --run --level=1 --raid-devices=2 --metadata=1.2 --bitmap=none --assume-clean --uuid=$array_id --homehost=$name --name=0 $(guest_partition 0 2) $(guest_partition 1 2)"
pvcreate /dev/md0
vgcreate $group /dev/md0
lvcreate swap $group 64
lvcreate-free root $group 100
mkswap /dev/$group/swap uuid:$swap_uuid
mkfs ext4 /dev/$group/root
set-uuid /dev/$group/root $root_uuid
mount /dev/$group/root /
tar-in $work/tree.tar / xattrs:true
umount-all
vg-activate-all false
debug sh "mdadm --stop /dev/md0"
TEXT
}

add_facts() {
    fact expect 'HOST-ARRAY level=raid1 disks=2 degraded=0'
    fact expect "HOST-ROOT device=/dev/mapper/$group-root type=ext4"
}
