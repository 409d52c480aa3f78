# shellcheck shell=bash disable=SC2154  # the variables of scripts/build-iso
# Boot loaders for restored disks, in usr/share/lifeboat/boot of the image: what a system that changes its firmware needs and
# may not have itself. Their use is in Sources/Recovery/Adapt/BootLoader.

# Copies shim, its key manager and GRUB, signed, and GRUB's modules for BIOS, from the packages tree $1 to the root $2.
add_boot_loaders() {
    local packages="$1" to="$2/usr/share/lifeboat/boot" bios="$1/usr/lib/grub/i386-pc" name
    mkdir -p "$to/i386-pc"
    cp "$packages/usr/lib/shim/shimx64.efi.signed" "$packages/usr/lib/shim/mmx64.efi.signed" \
        "$packages/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed" "$to/"
    for name in boot.img diskboot.img kernel.img lzma_decompress.img moddep.lst; do
        cp "$bios/$name" "$to/i386-pc/"
    done
    grep -E '^[^#]' "$recipe/grub-bios.list" | cut -d' ' -f1 | grub_module_closure "$bios/moddep.lst" |
        while read -r name; do cp "$bios/$name.mod" "$to/i386-pc/"; done
}

# Adds what the modules on standard input depend on, by the list $1.
grub_module_closure() {
    awk -v list="$1" '
        BEGIN {
            while ((getline line < list) > 0) {
                split(line, halves, ": *")
                depends[halves[1]] = halves[2]
            }
        }
        { queue[++last] = $1 }
        END {
            for (place = 1; place <= last; place++) {
                if (queue[place] in wanted) continue
                wanted[queue[place]] = 1
                count = split(depends[queue[place]], names, " ")
                for (i = 1; i <= count; i++) queue[++last] = names[i]
            }
            for (name in wanted) print name
        }' | LC_ALL=C sort
}
