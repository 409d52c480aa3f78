# shellcheck shell=bash disable=SC2154  # the variables of scripts/build-iso
# The part of the initramfs that does not change with the agent: /usr with kernel modules, firmware and programs as a squashfs, of
# which only what is used is ever decompressed, and a small root that mounts it.

# What says which of GRUB's modules for BIOS are wanted.
core_image_maker="$checkout/Sources/Recovery/Adapt/BootLoader/CoreImageMaker.swift"

# Makes $base: a directory of the cache with vmlinuz, system.cpio, early.cpio.zst, efi/ (shim and GRUB), bios/ (GRUB) and packages.tsv.
build_base() {
    local key work name digest package date
    write_packages "$scratch/packages.tsv"
    key=$({ cat "$scratch/packages.tsv" && recipe_fingerprint && dpkg-query -W kmod cpio squashfs-tools zstd grub-common kbd; } | fingerprint)
    base="$cache/base/$key"
    [[ -e $base/early.cpio.zst ]] && return

    work=$(mktemp -d "$scratch/base.XXXXXX")
    mkdir "$work/kernel" "$work/packages" "$work/root" "$work/out"
    merge_usr "$work/kernel"
    merge_usr "$work/packages"
    merge_usr "$work/root"
    say 'unpacking Debian packages'
    while read -r name _ digest _; do
        package="$cache/files/$digest"
        if [[ $name == linux-image-* ]]; then
            unpack_package "$package" "$work/kernel" ./boot ./lib/modules
        else
            unpack_package "$package" "$work/packages"
        fi
    done <"$scratch/packages.tsv"

    add_modules "$work/kernel" "$work/root"
    add_firmware "$work/packages" "$work/root"
    add_programs "$work/packages" "$work/root"
    add_loaders "$work/packages" "$work/root"
    add_keymaps "$work/packages" "$work/root"
    cp -r "$recipe/root/." "$work/root/"
    add_early "$work/root"
    chmod -R u=rwX,go=rX "$work/root"
    chmod 1777 "$work/root/tmp"
    chmod 600 "$work/root/etc/shadow"

    say 'compressing the initramfs'
    # The date of the kernel, not of the sources: the same inputs give the same base.
    date=$(stat -c %Y "$work/kernel/boot"/vmlinuz-*)
    mkdir -p "$work/system/early"
    find "$work/root/usr" -exec touch -h -d "@$date" {} +
    SOURCE_DATE_EPOCH=$date mksquashfs "$work/root/usr" "$work/system/early/system.squashfs" -quiet -no-progress -no-xattrs \
        -all-root -b 1M -comp xz -Xbcj x86 -Xdict-size 100% >"$scratch/mksquashfs.log"
    rm -rf "$work/root/usr"
    mkdir -m 755 "$work/root/usr"
    chmod -R u=rwX,go=rX "$work/system"
    archive "$work/system" "$date" >"$work/out/system.cpio"
    archive "$work/root" "$date" | pack >"$work/out/early.cpio.zst"
    cp "$work/kernel/boot"/vmlinuz-* "$work/out/vmlinuz"
    mkdir "$work/out/efi"
    cp "$work/packages/usr/lib/shim/shimx64.efi.signed" \
        "$work/packages/usr/lib/grub/x86_64-efi-signed/gcdx64.efi.signed" "$work/out/efi/"
    mkdir "$work/out/bios"
    make_bios_grub "$work/packages/usr/lib/grub/i386-pc" "$work/out/bios"
    cp "$scratch/packages.tsv" "$work/out/"
    mkdir -p "$cache/base"
    mv -T "$work/out" "$base" 2>/dev/null || [[ -e $base/early.cpio.zst ]]
    rm -rf "$work"
}

# GRUB for BIOS in directory $2, from the modules in directory $1: what CDs start, and the boot sector for disks.
make_bios_grub() {
    grub-mkimage -d "$1" -O i386-pc-eltorito -o "$2/bios.img" -p /boot/grub \
        biosdisk iso9660 part_msdos part_gpt search search_fs_file linux normal configfile echo test all_video \
        serial terminal ls boot minicmd reboot halt
    cp "$1/boot_hybrid.img" "$2/"
}

# What of this checkout goes into the base.
recipe_fingerprint() {
    (
        cd "$recipe" || exit
        find ./*.list firmware.drop root build/base.sh build/packages.sh -type f -print0 | LC_ALL=C sort -z |
            xargs -0 sha256sum
        sha256sum <"$core_image_maker"
        find root -type l -o -type f -perm -u=x | LC_ALL=C sort
    )
}

# The files below $1 as a cpio archive on standard output: sorted, owned by root, all of the date $2 (seconds).
archive() {
    (
        cd "$1" || exit
        find . -exec touch -h -d "@$2" {} +
        find . -mindepth 1 -print0 | LC_ALL=C sort -z |
            cpio --quiet --null --create --format=newc --reproducible --owner=+0:+0
    )
}

# What must be there before /usr is: a shell that links nothing, and the drivers of the file that /usr lies in.
add_early() {
    local root="$1" name found
    mkdir -p "$root/early"
    cp "$root/usr/bin/busybox" "$root/early/busybox"
    for name in loop squashfs; do
        found=$(find "$root/usr/lib/modules" -name "$name.ko")
        [[ $found && -z $(modinfo -F depends "$found") ]] || fail "the module $name is not there, or needs others"
        cp "$found" "$root/early/"
    done
    # Not in the base: it changes with every commit.
    ln -s ../../agent/lifeboat-rescue "$root/usr/bin/lifeboat-rescue"
}

# As small as the kernel opens (lib/decompress_unzstd.c: windows of up to 128 MiB). One thread: more would cut it into parts.
pack() { zstd -q --ultra -22 --long=27 -T1; }

# Copies the modules of modules.list, with all they depend on, from the kernel tree $1 to the root $2.
add_modules() {
    local kernel="$1" root="$2" version from to
    version=$(basename "$kernel"/usr/lib/modules/*)
    from="usr/lib/modules/$version"
    to="$root/$from"
    say "selecting modules of Linux $version"
    depmod -b "$kernel" "$version"
    (cd "$kernel/$from/kernel" && find . -name '*.ko' -printf '%P\n' | sort) | select_modules >"$scratch/wanted"
    module_closure "$kernel/$from" <"$scratch/wanted" >"$scratch/modules"
    mkdir -p "$to"
    (cd "$kernel/$from" && cpio --quiet -pdm "$to" <"$scratch/modules")
    cp "$kernel/$from"/modules.{builtin,builtin.modinfo,order} "$to/"
    depmod -b "$root" "$version"
    # kmod reads the binary indexes; modules.dep stays for "modprobe NAME" in busybox's shell.
    (cd "$to" && rm -f modules.{alias,builtin,builtin.modinfo,order,symbols})
}

# Filters paths below kernel/ on standard input by modules.list.
select_modules() {
    local patterns pattern path chosen
    mapfile -t patterns < <(grep -E '^[^#]' "$recipe/modules.list")
    while read -r path; do
        chosen=
        for pattern in "${patterns[@]}"; do
            # shellcheck disable=SC2053  # patterns are meant to match as patterns
            case "$pattern" in
            !*) [[ $path == ${pattern#!} ]] && chosen= ;;
            *) [[ $path == $pattern ]] && chosen=yes ;;
            esac
        done
        [[ -z $chosen ]] || echo "$path"
    done
}

# Adds hard and soft dependencies to the paths on standard input; $1 is lib/modules/VERSION of the whole kernel.
# Prints paths relative to $1.
module_closure() {
    awk -v dir="$1" '
        function name(path) { sub(/.*\//, "", path); sub(/\.ko$/, "", path); gsub(/-/, "_", path); return path }
        function want(path) { if (!(path in wanted)) { wanted[path] = 1; queue[++last] = path } }
        BEGIN {
            while ((getline line < (dir "/modules.dep")) > 0) {
                split(line, halves, ": *")
                depends[halves[1]] = halves[2]
                byname[name(halves[1])] = halves[1]
            }
            while ((getline line < (dir "/modules.softdep")) > 0) {
                count = split(line, words, " ")
                if (words[1] == "softdep")
                    for (i = 3; i <= count; i++) { sub(/-/, "_", words[i]); soft[words[2]] = soft[words[2]] " " words[i] }
            }
        }
        { want("kernel/" $0) }
        END {
            for (next_ = 1; next_ <= last; next_++) {
                path = queue[next_]
                count = split(depends[path], paths, " ")
                for (i = 1; i <= count; i++) want(paths[i])
                count = split(soft[name(path)], words, " ")
                for (i = 1; i <= count; i++) { gsub(/-/, "_", words[i]); if (words[i] in byname) want(byname[words[i]]) }
            }
            for (path in wanted) print path
        }' | LC_ALL=C sort
}

# Copies the firmware that the modules in root $2 name, as far as packages tree $1 has it, except firmware.drop.
add_firmware() {
    local packages="$1" root="$2" name
    find "$root/usr/lib/modules" -name '*.ko' -print0 | xargs -0 modinfo -F firmware | sort -u >"$scratch/firmware"
    while read -r name; do
        [[ -e $packages/lib/firmware/$name ]] || continue
        firmware_dropped "$name" && continue
        install -D -m 644 "$packages/lib/firmware/$name" "$root/usr/lib/firmware/$name"
    done <"$scratch/firmware"
}

firmware_dropped() {
    local pattern
    while read -r pattern _; do
        # shellcheck disable=SC2053  # patterns are meant to match as patterns
        [[ -n $pattern && $1 == $pattern ]] && return 0
    done <"$recipe/firmware.drop"
    return 1
}

# Copies the programs and data of files.list with their libraries, and what belongs to them.
add_programs() {
    local packages="$1" root="$2" path applet
    grep -E '^[^#]' "$recipe/files.list" | while read -r path; do
        add_file "$packages" "$root" "$path"
    done
    for applet in depmod insmod lsmod modinfo modprobe rmmod; do
        ln -s ../bin/kmod "$root/usr/sbin/$applet"
    done
    # What kmod and udev bring is not taken from busybox, and busybox must not become a link to itself.
    "$root/usr/bin/busybox" --list-full | while read -r path; do
        applet=${path##*/}
        [[ $applet == busybox || -e $root/usr/sbin/$applet || -e $root/usr/bin/$applet ]] && continue
        case "$path" in
        sbin/* | usr/sbin/*) ln -s ../bin/busybox "$root/usr/sbin/$applet" ;;
        *) ln -s busybox "$root/usr/bin/$applet" ;;
        esac
    done
    mkdir -p "$root"/etc/ssl/certs "$root"/{dev,proc,sys,run,tmp,root,mnt}
    find "$packages/usr/share/ca-certificates" -name '*.crt' -print0 | LC_ALL=C sort -z | xargs -0 cat \
        >"$root/etc/ssl/certs/ca-certificates.crt"
}

# Makes the binary keymaps of keymaps.list, which busybox' loadkmap loads.
add_keymaps() {
    local keymaps="$1/usr/share/keymaps/i386" layouts="$2/usr/share/lifeboat/keymaps" name source
    mkdir -p "$layouts"
    grep -E '^[^#]' "$recipe/keymaps.list" | while read -r name source _; do
        [[ -e $keymaps/$source.kmap.gz ]] || fail "no package has the keymap $source (image/keymaps.list)"
        LOADKEYS_KEYMAP_PATH="$keymaps/include:$1/usr/share/keymaps/include" \
            loadkeys --quiet --unicode --bkeymap "$keymaps/$source.kmap.gz" >"$layouts/$name.bmap"
        [[ $(head -c 7 "$layouts/$name.bmap") == bkeymap ]] || fail "loadkeys made no keymap of $source"
    done
}

# Copies the boot loaders that a restored system is given when it has none for the firmware of its new machine
# (Sources/Recovery/Adapt/BootLoader/LoaderFiles.swift): Debian's signed chain for UEFI, and GRUB's modules for BIOS.
add_loaders() {
    local packages="$1" loaders="$2/usr/share/lifeboat/boot" module
    mkdir -p "$loaders/i386-pc"
    cp "$packages/usr/lib/shim/shimx64.efi.signed" "$packages/usr/lib/shim/mmx64.efi.signed" \
        "$packages/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed" "$loaders/"
    cp "$packages"/usr/lib/grub/i386-pc/{boot,diskboot,kernel,lzma_decompress}.img \
        "$packages"/usr/lib/grub/i386-pc/moddep.lst "$loaders/i386-pc/"
    core_modules "$packages/usr/lib/grub/i386-pc/moddep.lst" | while read -r module; do
        cp "$packages/usr/lib/grub/i386-pc/$module.mod" "$loaders/i386-pc/"
    done
}

# The modules that CoreImageMaker puts into a core.img, with all they depend on by GRUB's own list $1.
core_modules() {
    local wanted
    wanted=$(sed -n '/static let modules = """/,/^ *"""$/p' "$core_image_maker" |
        sed '1d;$d;s/\\//g' | xargs)
    [[ -n $wanted ]] || fail "$core_image_maker names no modules of GRUB"
    awk -F ': *' -v wanted="$wanted" '
        { depends[$1] = $2 }
        function want(names, parts, count, i) {
            count = split(names, parts, " ")
            for (i = 1; i <= count; i++) if (!(parts[i] in seen)) { seen[parts[i]] = 1; want(depends[parts[i]]) }
        }
        END { want(wanted); for (name in seen) print name }' "$1" | LC_ALL=C sort
}

# Copies one file (or directory) of the packages tree $1 to the root $2, with the libraries it links.
add_file() {
    local packages="$1" root="$2" path="$3" library
    [[ -e $packages/$path ]] || fail "no package has $path (image/files.list)"
    [[ -e $root/$path || -L $root/$path ]] && return
    mkdir -p "$root/$(dirname "$path")"
    cp -a "$packages/$path" "$root/$path"
    if [[ -L $packages/$path ]]; then
        add_file "$packages" "$root" "$(realpath --relative-to="$packages" -s "$(link_target "$packages" "$path")")"
        return
    fi
    [[ -f $packages/$path ]] || return 0
    # Scripts and data files have no libraries.
    { LC_ALL=C readelf -d "$packages/$path" 2>/dev/null || true; } | sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p' |
        while read -r library; do
            library=$(library_path "$packages" "$library")
            add_file "$packages" "$root" "$library"
        done
}

# Where the link $2 of the tree $1 points, as a path below $1.
link_target() {
    local target
    target=$(readlink "$1/$2")
    if [[ $target == /* ]]; then
        target=${target/#\/bin/\/usr\/bin}
        echo "$1${target/#\/lib/\/usr\/lib}"
    else
        echo "$1/$(dirname "$2")/$target"
    fi
}

library_path() {
    local directory
    for directory in usr/lib/x86_64-linux-gnu usr/lib64; do
        [[ -e $1/$directory/$2 ]] && echo "$directory/$2" && return
    done
    fail "no package of image/packages.list has the library $2"
}
