# shellcheck shell=bash disable=SC2154,SC2034 # the variables of scripts/make-source
# An encrypted server: LUKS2 under the root file system, /boot beside it. The passphrase is typed at the console.
grub_modules+=' ext2'
passphrase=lifeboat-passphrase
luks_uuid=$(new_uuid) boot_uuid=$(new_uuid) boot_prefix=''
kernel_root=/dev/mapper/root_crypt

partition() {
    sgdisk --new=1:2048:+1M --typecode=1:ef02 --new=2:0:+160M --typecode=2:8300 --new=3:0:0 --typecode=3:8309 "$output/disk0.raw"
    find_partitions "$output/disk0.raw" 1 2
    fstab="/dev/mapper/root_crypt / ext4 errors=remount-ro 0 1
UUID=$boot_uuid /boot ext4 defaults 0 2"
}

# "initramfs": the hook cannot see from here that the root file system lies on it.
dress_more() { echo "root_crypt UUID=$luks_uuid none luks,discard,initramfs" >"$root/etc/crypttab"; }

fill() {
    embed_grub "$root" "$output/disk0.raw" "$work/core.img" "$first_1" "$bytes_1"
    pour_boot
    archive_tree
    # Few iterations: they are made on an emulated processor.
    in_guest <<TEXT
run
debug sh "printf %s $passphrase | cryptsetup luksFormat -q --type luks2 --uuid $luks_uuid --pbkdf pbkdf2 --pbkdf-force-iterations 1000 $(guest_partition 0 3) -"
debug sh "printf %s $passphrase | cryptsetup open --key-file - $(guest_partition 0 3) root_crypt"
mkfs ext4 /dev/mapper/root_crypt
set-uuid /dev/mapper/root_crypt $root_uuid
mount /dev/mapper/root_crypt /
tar-in $work/tree.tar / xattrs:true
umount-all
debug sh "cryptsetup close root_crypt"
TEXT
}

add_facts() {
    fact passphrase "$passphrase"
    fact expect 'HOST-ROOT device=/dev/mapper/root_crypt type=ext4'
}

# The start stops at the question for the passphrase: here the console has an input, and its log is a copy. (A file of its own, for
# a change of host-disks.sh makes every source anew.)
boot_until_off() {
    local log=$2 second=$3
    shift 3
    rm -f "$log" "$second"
    timeout --foreground 1200 qemu-system-x86_64 -machine q35 -accel tcg,thread=single -cpu Nehalem -smp 1 -m 1024 -display none \
        -no-reboot -nodefaults -vga std -smbios 'type=3,asset=power-off-when-proven' -device virtio-rng-pci \
        -chardev "stdio,id=console,signal=off,logfile=$log" -serial chardev:console -serial "file:$second" "$@" \
        < <(type_passphrase "$log") >/dev/null || say "QEMU ended with status $?"
}

# Types it once the console asks; nothing more is ever typed.
type_passphrase() {
    local second
    for ((second = 0; second < 1200; second++)); do
        grep -qs 'unlock disk' "$1" && printf '%s\r' "$passphrase" && return
        sleep 1
    done
}
