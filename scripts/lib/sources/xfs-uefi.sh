# shellcheck shell=bash disable=SC2154,SC2034 # the variables of scripts/make-source
# UEFI with xfs. Its firmware starts it by a boot entry only: there is no fallback loader in the EFI system partition.
firmware=uefi
grub_modules+=' xfs'
initramfs_modules='virtio_pci virtio_blk xfs crc32c_generic'

partition() {
    sgdisk --new=1:2048:+64M --typecode=1:ef00 --new=2:0:0 --typecode=2:8300 "$output/disk0.raw"
    find_partitions "$output/disk0.raw" 1
    draw_esp_uuid
    fstab="UUID=$root_uuid / xfs defaults 0 0
UUID=$esp_uuid /boot/efi vfat umask=0077 0 1"
    # A new machine's firmware has no boot entry: its shell is told once, by a script on a disk of its own.
    mkdir -p "$work/entry"
    printf '%s\r\n' '@echo -off' 'for %i in 0 1 2 3 4' ' if exist fs%i:\EFI\debian\grubx64.efi then' \
        '  fs%i:\EFI\debian\grubx64.efi' ' endif' endfor >"$work/entry/startup.nsh"
    # shellcheck disable=SC2054 # commas belong to QEMU's arguments
    own_arguments=(-drive "file=fat:$work/entry,if=none,id=entry,format=raw,readonly=on" -device usb-ehci -device usb-storage,drive=entry)
}

dress_more() { mkdir -p "$root/boot/efi"; }

fill() {
    mkdir -p "$work/esp.files/EFI/debian"
    cp "$work/grubx64.efi" "$work/early.cfg" "$work/esp.files/EFI/debian/"
    mv "$work/esp.files/EFI/debian/early.cfg" "$work/esp.files/EFI/debian/grub.cfg"
    make_esp "$output/disk0.raw" "$first_1" "$bytes_1" "$work/esp.files"
    archive_tree
    in_guest <<TEXT
run
debug sh "mkfs.xfs -q -m uuid=$root_uuid $(guest_partition 0 2)"
mount /dev/sda2 /
tar-in $work/tree.tar / xattrs:true
umount-all
TEXT
}

add_facts() { :; }
