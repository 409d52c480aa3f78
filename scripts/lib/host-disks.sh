# shellcheck shell=bash disable=SC2154,SC2034 # variables come from and go to the caller
# What scripts that make the disks of hosts share: places of disks as loop devices (no partition scanner and no device
# mapper needed), boot loaders, files whose checksums are known, and facts.
# To be sourced by a program with "work" (a scratch directory of its own) and "facts" (a file) set, which calls
# detach_all in its EXIT trap.

loops=()

say() { echo "${0##*/}: $*"; }
fact() { echo "$1=$2" >>"$facts"; }
fact_of() { sed -n "s/^$1=//p" "$facts"; }

# Sets $loop to a device that is bytes $2 to $2+$3 of the disk $1.
attach() {
    loop=$(losetup --find --show --offset "$2" --sizelimit "$3" "$1")
    loops+=("$loop")
}

# Lets go of the device that was attached last.
detach() {
    losetup -d "${loops[-1]}"
    unset 'loops[-1]'
}

detach_all() {
    local device
    for device in "${loops[@]}"; do losetup -d "$device" || true; done
    loops=()
}

# Sets $mirror to the Debian mirror that apt uses here, when it is empty.
find_mirror() {
    # shellcheck disable=SC2016 # apt's variables are not the shell's
    [[ $mirror ]] || mirror=$(
        apt-get indextargets --format '$(CREATED_BY) $(REPO_URI) $(CODENAME) $(COMPONENT)' 2>/dev/null |
            awk '$1 == "Packages" && $3 == "bookworm" && $4 == "main" { print $2; exit }'
    )
    : "${mirror:=http://deb.debian.org/debian}"
    mirror=${mirror%/}
}

# The fingerprint of files and directories below scripts/lib: the key of what is made from them.
recipe_of() {
    (cd "$scripts/lib" && find "$@" -type f | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -c1-16)
}

# Sets $cache to the directory that keeps trees and sources; $1 where the machine's own cannot be written.
find_cache() {
    cache=${LIFEBOAT_CACHE:-/var/cache/lifeboat}
    mkdir -p "$cache" 2>/dev/null && [[ -w $cache ]] || cache=$1
}

# Sets $host_tree to the archive with the host's Debian tree, made now if the cache does not have it.
find_host_tree() {
    host_tree=$cache/host-tree-$(recipe_of host-tree host-files chroot.sh).tar.zst
    if [[ ! -e $host_tree ]]; then
        say "no Debian tree in $cache for this recipe: making it"
        "$scripts/lib/host-tree" --output "$host_tree" --mirror "$mirror"
    fi
    say "Debian tree: $host_tree"
}

# Sets first_N and bytes_N, in bytes, for the partitions N of the disk $1.
find_partitions() {
    local disk=$1 number start size
    shift
    for number in "$@"; do
        read -r start size < <(partx --noheadings --raw --output START,SECTORS --nr "$number" "$disk")
        printf -v "first_$number" %d $((start * 512))
        printf -v "bytes_$number" %d $((size * 512))
    done
}

# Writes known files of awkward kinds into directory $2, $3 of them, and their checksums; real content comes from tree $1.
known_files() {
    local tree=$1 directory=$2 count=$3 number=0 source
    mkdir -p "$directory/random" "$directory/real" "$directory/odd"
    for length in 0 1 511 512 513 4095 4096 4097 65535 65536 65537 1048575 1048577; do
        head -c "$length" /dev/urandom >"$directory/odd/length-$length"
    done
    truncate -s 3M "$directory/odd/holes"
    echo between the holes | dd of="$directory/odd/holes" bs=4096 seek=300 conv=notrunc status=none
    printf 'the same line again %.0s' {1..15000} >"$directory/odd/repeated"
    mkdir "$directory/odd/Ünïcode ☂"
    echo umbrella >"$directory/odd/Ünïcode ☂/file with spaces"
    for ((number = 0; number < count / 2; number++)); do
        head -c $((RANDOM % 60000)) /dev/urandom >"$directory/random/$number"
    done
    find "$tree/usr/bin" "$tree/usr/lib/systemd" "$tree/etc" -type f -size -128k |
        shuf -n $((count / 2)) | while read -r source; do cp "$source" "$directory/real/$((number++))"; done
    (cd "$directory" && find random real odd -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) >"$work/manifest"
    mv "$work/manifest" "$directory/MANIFEST.sha256"
}

nonce() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
new_uuid() { cat /proc/sys/kernel/random/uuid; }

# What grub-bios-setup does: puts the boot.img of tree $1 into the first sector of disk $2 and the file $3 (core.img) at
# byte $4, where $5 bytes are free. boot.img names the first sector of core.img, whose first sector names the rest.
embed_grub() {
    local tree=$1 disk=$2 core=$3 first=$4 space=$5
    le() { perl -e 'print pack($ARGV[0], $ARGV[1])' "$1" "$2"; }
    put() { dd of="$3" bs=1 seek="$2" conv=notrunc status=none <"$1"; }
    (($(stat -c %s "$core") <= space)) || { echo "${0##*/}: core.img does not fit" >&2 && exit 1; }
    head -c 440 "$tree/usr/lib/grub/i386-pc/boot.img" >"$work/boot.img"
    le 'Q<' $((first / 512)) >"$work/field" && put "$work/field" $((0x5c)) "$work/boot.img"
    le 'n' $((0x9090)) >"$work/field" && put "$work/field" $((0x66)) "$work/boot.img"
    le 'Q<' $((first / 512 + 1)) >"$work/field" && put "$work/field" $((0x1f4)) "$core"
    le 'S<' $((($(stat -c %s "$core") + 511) / 512 - 1)) >"$work/field" && put "$work/field" $((0x1fc)) "$core"
    le 'S<' $((0x820)) >"$work/field" && put "$work/field" $((0x1fe)) "$core"
    dd if="$work/boot.img" of="$disk" bs=440 count=1 conv=notrunc status=none
    dd if="$core" of="$disk" bs=512 seek=$((first / 512)) conv=notrunc status=none
}

# Draws an ESP's volume id; sets $esp_serial and $esp_uuid, the same as fstab names it.
draw_esp_uuid() {
    esp_serial=$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')
    esp_uuid=$(tr a-f A-F <<<"${esp_serial:0:4}-${esp_serial:4:4}")
}

# Makes an EFI system partition of $3 bytes at byte $2 of disk $1, with everything in the directory $4.
make_esp() {
    rm -f "$work/esp"
    truncate -s "$3" "$work/esp"
    mkfs.vfat -F 32 -n ESP -i "$esp_serial" "$work/esp" >/dev/null
    MTOOLS_SKIP_CHECK=1 mcopy -s -i "$work/esp" "$4"/* ::
    dd if="$work/esp" of="$1" bs=1M seek="$2" oflag=seek_bytes conv=notrunc,sparse status=none
}

# Boots a machine until it powers off by itself, its consoles in files: firmware $1, first serial $2, second serial $3,
# and more QEMU arguments: disks, network.
# shellcheck disable=SC2054 # commas belong to QEMU's arguments
boot_until_off() {
    local firmware=$1 log=$2 second=$3
    shift 3
    local qemu=(qemu-system-x86_64 -machine q35 -accel tcg,thread=single -cpu Nehalem -smp 1 -m 1024 -display none -no-reboot
        -nodefaults -vga std -smbios 'type=3,asset=power-off-when-proven' -device virtio-rng-pci
        -serial "file:$log" -serial "file:$second" "$@")
    if [[ $firmware == uefi ]]; then
        cp /usr/share/OVMF/OVMF_VARS_4M.fd "$work/vars.fd"
        qemu+=(-drive if=pflash,format=raw,unit=0,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd
            -drive "if=pflash,format=raw,unit=1,file=$work/vars.fd")
    fi
    rm -f "$log" "$second"
    timeout --foreground 1200 "${qemu[@]}" || say "QEMU ended with status $?"
}

# Fails unless every line given after the log $1 begins a line of it.
expect_lines() {
    local log=$1 line
    shift
    for line in "$@"; do
        tr -d '\r' <"$log" | awk -v start="$line" 'index($0, start) == 1 { found = 1 } END { exit !found }' ||
            { echo "${0##*/}: \"$line\" is missing in $log" >&2 && exit 1; }
    done
}
