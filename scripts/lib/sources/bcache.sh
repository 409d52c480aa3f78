# shellcheck shell=bash disable=SC2154,SC2034 # the variables of scripts/make-source
# A slow disk behind a fast one: bcache under the root file system, /boot beside it. In its cache is what is nowhere else.
disk_count=2
grub_modules+=' ext2'
boot_uuid=$(new_uuid) boot_prefix='' set_uuid=$(new_uuid)
: "${cache_mode:=writeback}" "${state_after_life:=dirty}"

partition() {
    local backing
    sgdisk --new=1:2048:+1M --typecode=1:ef02 --new=2:0:+160M --typecode=2:8300 --new=3:0:0 --typecode=3:8300 "$output/disk0.raw"
    sgdisk --new=1:2048:+256M --typecode=1:8300 "$output/disk1.raw"
    find_partitions "$output/disk1.raw" 1
    cache_place=("$first_1" "$bytes_1")
    find_partitions "$output/disk0.raw" 1 2 3
    attach "$output/disk0.raw" "$first_3" "$bytes_3"
    backing=$loop
    attach "$output/disk1.raw" "${cache_place[@]}"
    # The kernel wants more than 512 buckets.
    make-bcache --block 4k --bucket 128k --cset-uuid "$set_uuid" "--$cache_mode" -B "$backing" -C "$loop"
    detach
    detach
    fstab="UUID=$root_uuid / ext4 errors=remount-ro 0 1
UUID=$boot_uuid /boot ext4 defaults 0 2"
}

dress_more() {
    # Installed here, for no other kind needs it: with its hook for the initramfs, which is made later.
    sed -i 's/yes/no/' "$root/etc/initramfs-tools/update-initramfs.conf"
    enter_chroot "$root"
    log=$work/bcache-tools.log
    { run apt-get -q update && run apt-get -q -y --no-install-recommends install bcache-tools && run apt-get clean; } >"$log" 2>&1
    log=''
    leave_chroot
    rm -rf "$root"/var/lib/apt/lists/*
    sed -i 's/no/yes/' "$root/etc/initramfs-tools/update-initramfs.conf"
    cat >"$work/proof" <<'TEXT'
for cached in /sys/block/bcache*/bcache; do
    say "HOST-CACHE cache=$(if [ -e "$cached/cache" ]; then echo attached; else echo none; fi)" \
        "mode=$(sed 's/.*\[\(.*\)\].*/\1/' "$cached/cache_mode")"
done
TEXT
    sed -i "/^# Services that must run/{
        r $work/proof
        N
    }" "$root/usr/local/sbin/host-proof"
    grep -q HOST-CACHE "$root/usr/local/sbin/host-proof"
}

fill() {
    embed_grub "$root" "$output/disk0.raw" "$work/core.img" "$first_1" "$bytes_1"
    pour_boot
    archive_tree
    in_guest <<TEXT
run
debug sh "modprobe bcache"
debug sh "test -e /sys/block/bcache0 || echo $(guest_partition 1 1) > /sys/fs/bcache/register"
debug sh "test -e /sys/block/bcache0 || echo $(guest_partition 0 3) > /sys/fs/bcache/register"
debug sh "test -e /sys/block/bcache0/bcache/cache"
mkfs ext4 /dev/bcache0
set-uuid /dev/bcache0 $root_uuid
mount /dev/bcache0 /
tar-in $work/tree.tar / xattrs:true
umount-all
debug sh "echo 1 > /sys/block/bcache0/bcache/stop"
debug sh "echo 1 > /sys/fs/bcache/$set_uuid/stop"
sleep 3
TEXT
}

add_facts() {
    fact expect "HOST-CACHE cache=attached mode=$cache_mode"
    fact expect 'HOST-ROOT device=/dev/bcache0 type=ext4'
}

# What it must be for the case to be one.
prove_more() {
    attach "$output/disk0.raw" "$first_3" "$bytes_3"
    bcache-super-show "$loop" | tee "$work/superblock" | grep -q "cache_state.*$state_after_life" || { cat "$work/superblock" >&2 && exit 1; }
    detach
}
