# shellcheck shell=bash disable=SC2154  # the variables of scripts/build-iso
# One ISO for BIOS and UEFI (with Secure Boot), CD and USB: Debian's signed shim and GRUB in an EFI system partition,
# GRUB for BIOS, and a boot sector for disks.

volume_label=LIFEBOAT_RESCUE

# Writes the EFI system partition to $1, with the volume id $2.
# As large as shim and GRUB, with a quarter of a MiB for what FAT needs itself. Shim's key manager stays out: nothing here is signed
# with a key that would have to be enrolled.
make_esp() {
    local esp="$1" files
    files=$(cat "$base"/efi/{shimx64,gcdx64}.efi.signed | wc -c)
    rm -f "$esp"
    truncate -s $(((files / 65536 + 5) * 65536)) "$esp"
    mkfs.vfat --invariant -i "$2" -n LIFEBOATEFI "$esp" >/dev/null
    export MTOOLS_SKIP_CHECK=1
    mmd -i "$esp" ::/EFI ::/EFI/BOOT
    # The CD flavour of GRUB looks for /.disk/info on every medium and reads /boot/grub/grub.cfg beside it.
    copy_to_esp "$esp" "$base/efi/shimx64.efi.signed" BOOTX64.EFI
    copy_to_esp "$esp" "$base/efi/gcdx64.efi.signed" grubx64.efi
}

copy_to_esp() {
    local copy="$scratch/$3"
    cp "$2" "$copy"
    touch -d "@$SOURCE_DATE_EPOCH" "$copy"
    mcopy -m -i "$1" "$copy" "::/EFI/BOOT/$3"
}

# Site configuration as a small initramfs of its own: changing it needs neither the agent nor the base again.
make_site() {
    local root="$scratch/site"
    mkdir -p "$root/etc/lifeboat"
    {
        echo '# What this image was built with; lifeboat.repository= on the kernel command line overrides.'
        # A clock that is before this day is wrong.
        echo "built=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)"
        [[ -z $repository ]] || echo "repository=$repository"
        [[ -z $answers ]] || echo 'answers=/etc/lifeboat/answers.toml'
        [[ -z $ssh_key ]] || echo 'ssh=keys'
    } >"$root/etc/lifeboat/rescue.conf"
    [[ -z $answers ]] || install -m 600 "$answers" "$root/etc/lifeboat/answers.toml"
    [[ -z $ssh_key ]] || install -m 600 "$ssh_key" "$root/etc/lifeboat/authorized_keys"
    archive "$root" "$SOURCE_DATE_EPOCH" >"$1"
}

# Writes the agent as an initramfs of its own to the file $1. In zstd: the kernel takes 2.5 s longer to unpack xz, which is 1.6 MB
# smaller, and as much longer to page the program out of a squashfs in xz.
make_agent_archive() {
    local root="$scratch/agent"
    mkdir -p "$root/agent"
    install -m 755 "$agent" "$root/agent/lifeboat-rescue"
    archive "$root" "$SOURCE_DATE_EPOCH" | pack >"$1"
}

# Makes the ISO $1.
make_iso() {
    local tree="$scratch/iso" esp="$scratch/esp.img"
    # mkfs.vfat, mtools and xorriso take all their dates and ids from it.
    export SOURCE_DATE_EPOCH
    local volume_id
    volume_id=$(fingerprint <"$base/packages.tsv" | cut -c1-8)
    mkdir -p "$tree/boot/grub" "$tree/.disk"
    echo "Lifeboat rescue $(date -u -d "@$SOURCE_DATE_EPOCH" +%Y%m%d)" >"$tree/.disk/info"
    cp "$base/packages.tsv" "$tree/.disk/packages.tsv"
    cp "$recipe/grub.cfg" "$tree/boot/grub/grub.cfg"
    cp "$base/vmlinuz" "$tree/boot/vmlinuz"
    make_agent_archive "$scratch/agent.cpio.zst"
    # What is not compressed comes first, where it need not be aligned.
    cat "$base/system.cpio" "$base/early.cpio.zst" "$scratch/agent.cpio.zst" >"$tree/boot/initrd.img"
    # An archive that is not compressed must begin at a multiple of 4, whoever joins the two.
    truncate -s %512 "$tree/boot/initrd.img"
    make_site "$tree/boot/site.img"
    make_esp "$esp" "$volume_id"
    cp "$base/bios/bios.img" "$tree/boot/grub/bios.img"
    find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
    xorriso -as mkisofs -quiet -r -J -joliet-long -V "$volume_label" -o "$1.part" \
        --grub2-mbr "$base/bios/boot_hybrid.img" -partition_offset 16 --mbr-force-bootable \
        -append_partition 2 0xef "$esp" -appended_part_as_gpt -iso_mbr_part_type 0x83 \
        -c /boot.cat -b /boot/grub/bios.img -no-emul-boot -boot-load-size 4 -boot-info-table --grub2-boot-info \
        -eltorito-alt-boot -e '--interval:appended_partition_2:all::' -no-emul-boot \
        "$tree" 2>"$scratch/xorriso.log" || { cat "$scratch/xorriso.log" >&2 && fail 'xorriso could not make the ISO.'; }
    mv "$1.part" "$1"
}
