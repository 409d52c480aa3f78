# shellcheck shell=bash disable=SC2154,SC2034 # variables come from and go to scripts/make-source
# shellcheck disable=SC2016 # GRUB's variables are not the shell's
# Makes the unpacked tree of a source the system that it is: names, fstab, network, known data, boot menu, initramfs.

# The network card of the machine that sources live on, as QEMU and as udev name it.
own_card=addr=0x5,mac=52:54:00:4c:42:05
own_card_name=enp0s5
own_arguments=()
# Where the kernel and systemd speak, and that only programs do once they run.
consoles='console=tty0 console=ttyS0,115200 panic=-1 systemd.show_status=false'
# Lines of fstab; a kind replaces it in "partition".
fstab=''

dress() {
    echo "$name" >"$root/etc/hostname"
    printf '127.0.0.1 localhost\n127.0.1.1 %s\n' "$name" >"$root/etc/hosts"
    printf '%s\n' "$fstab" >"$root/etc/fstab"
    cat >"$root/etc/network/interfaces" <<TEXT
auto lo
iface lo inet loopback

auto $own_card_name
iface $own_card_name inet manual

auto br0
iface br0 inet static
    address 10.0.2.50/24
    gateway 10.0.2.2
    bridge_ports $own_card_name
    bridge_stp off
    bridge_fd 0
    bridge_maxwait 5
TEXT
    echo 'service ssh' >"$root/etc/host-proof"
    known_files "$root" "$root/srv/data" 120
    nonce >"$root/etc/host-nonce"
    [[ $(type -t dress_more) != function ]] || dress_more
    boot_menu
    enter_chroot "$root"
    log=$work/initramfs.log
    "make_initramfs_with_${initramfs//-/_}" >"$log" 2>&1
    log=''
    leave_chroot
}

# grub.cfg as update-grub writes it in the parts that matter, and the settings that it is made from.
boot_menu() {
    : "${kernel_root:=UUID=$root_uuid}" "${boot_uuid:=$root_uuid}"
    local prefix=${boot_prefix-/boot}
    mkdir -p "$root/boot/grub"
    cat >"$root/boot/grub/grub.cfg" <<TEXT
serial --unit=0 --speed=115200
terminal_input console serial
terminal_output console serial
set default=0
set timeout=1
search --no-floppy --fs-uuid --set=root $boot_uuid
menuentry 'Debian GNU/Linux, with Linux $kernel' --class debian --class gnu-linux {
    linux $prefix/vmlinuz-$kernel root=$kernel_root ro $kernel_arguments quiet $consoles
    initrd $prefix/initrd.img-$kernel
}
TEXT
    cat >"$root/etc/default/grub" <<TEXT
GRUB_DEFAULT=0
GRUB_TIMEOUT=1
GRUB_DISTRIBUTOR=Debian
GRUB_CMDLINE_LINUX="${kernel_arguments:+$kernel_arguments }$consoles"
GRUB_TERMINAL="console serial"
GRUB_SERIAL_COMMAND="serial --unit=0 --speed=115200"
TEXT
    printf 'search --no-floppy --fs-uuid --set=root %s\nset prefix=($root)%s/grub\nconfigfile $prefix/grub.cfg\n' \
        "$boot_uuid" "$prefix" >"$work/early.cfg"
    if [[ $firmware == uefi ]]; then
        cp -r "$root/usr/lib/grub/x86_64-efi" "$root/boot/grub/"
        # shellcheck disable=SC2086 # a list of modules
        grub-mkimage -d "$root/usr/lib/grub/x86_64-efi" -O x86_64-efi -p /EFI/debian -c "$work/early.cfg" \
            -o "$work/grubx64.efi" $grub_modules fat efi_gop efi_uga
    else
        cp -r "$root/usr/lib/grub/i386-pc" "$root/boot/grub/"
        # shellcheck disable=SC2086
        grub-mkimage -d "$root/usr/lib/grub/i386-pc" -O i386-pc -p /boot/grub -c "$work/early.cfg" \
            -o "$work/core.img" biosdisk $grub_modules
        # grub-install leaves it there.
        cp "$work/core.img" "$root/boot/grub/i386-pc/"
    fi
}

# A kind sets initramfs_modules to the drivers that MODULES=dep finds on the machine it lives on; without it, MODULES=most.
# The list stands for "dep" here because that looks at the machine that runs it, and this one is another.
make_initramfs_with_initramfs_tools() {
    local policy=$root/etc/initramfs-tools/conf.d/driver-policy
    mkdir -p "${policy%/*}"
    echo 'RESUME=none' >"${policy%/*}/resume"
    sed -i 's/^MODULES=.*/MODULES=most/' "$root/etc/initramfs-tools/initramfs.conf"
    if [[ ! ${initramfs_modules:-} ]]; then
        run update-initramfs -c -k "$kernel"
        return
    fi
    echo 'MODULES=list' >"$policy"
    cp "$root/etc/initramfs-tools/modules" "$work/modules"
    tr ' ' '\n' <<<"$initramfs_modules" >>"$root/etc/initramfs-tools/modules"
    run update-initramfs -c -k "$kernel"
    cp "$work/modules" "$root/etc/initramfs-tools/modules"
    echo 'MODULES=dep' >"$policy"
    run lsinitramfs "/boot/initrd.img-$kernel" >"$work/initramfs.list"
    grep -q virtio_blk "$work/initramfs.list"
    ! grep -E '/(nvme|ahci|virtio_scsi|sd_mod|megaraid_sas|usb-storage|uas)\.ko' "$work/initramfs.list"
}

make_initramfs_with_dracut() {
    # What "hostonly" leaves of the drivers on the machine it lives on.
    run dracut --force --no-hostonly --drivers "$initramfs_modules" "/boot/initrd.img-$kernel" "$kernel"
}
