# shellcheck shell=bash disable=SC2154  # the variables of scripts/build-iso
# scripts/build-iso --check: is the image the same whoever builds it?

# Builds the image as it was asked for, and again from nothing but the downloads: no cache, other directories, another time
# zone and umask. Fails with the name of what differs.
check_twice() {
    local again="$scratch/again" argument given=() skip=
    for argument in "${arguments[@]}"; do
        case "$argument" in
        --check) continue ;;
        --output | --parts | --scratch-path) skip=yes && continue ;;
        esac
        [[ -n $skip ]] || given+=("$argument")
        skip=
    done
    mkdir -p "$again/cache" "$again/tmp" "$scratch/other-place"
    say 'check: first build'
    "$0" "${given[@]}" --output "$output" --scratch-path "$scratch_path" --parts "$scratch/first"
    if [[ -n $parts ]]; then
        mkdir -p "$parts"
        cp -r "$scratch/first/." "$parts/"
    fi
    ln -s "$cache/files" "$again/cache/files"
    [[ -n $agent ]] || seed_packages "$scratch/other-place"
    say 'check: second build, from nothing'
    (
        export LIFEBOAT_CACHE="$again/cache" TMPDIR="$again/tmp" TZ=Pacific/Kiritimati
        umask 077
        "$0" "${given[@]}" --output "$again/second.iso" --scratch-path "$scratch/other-place" --parts "$scratch/second"
    )
    compare_images "$output" "$again/second.iso" "$scratch/first" "$scratch/second"
    say "check: two builds gave the same bytes, $output: SHA-256 $(sha256sum <"$output" | cut -d' ' -f1)"
}

# The sources of Swift packages are downloads too: directory $1 gets those of $scratch_path.
seed_packages() {
    local name
    for name in checkouts repositories artifacts workspace-state.json; do
        [[ ! -e $scratch_path/$name ]] || cp -a "$scratch_path/$name" "$1/"
    done
}

# Fails unless the images $1 and $2 are the same, and what they were made from: their parts in directories $3 and $4.
compare_images() {
    local piece
    if cmp -s "$1" "$2" && cmp -s "$1.spdx.json" "$2.spdx.json" && diff -rq "$3" "$4" >/dev/null; then return; fi
    for piece in vmlinuz site.img pieces/system.cpio pieces/early.cpio.zst pieces/agent.cpio.zst pieces/esp.img pieces/bios.img \
        pieces/boot_hybrid.img initrd.img; do
        cmp -s "$3/$piece" "$4/$piece" || fail "check: the two builds differ in $(difference "$3/$piece" "$4/$piece")"
    done
    cmp -s "$1.spdx.json" "$2.spdx.json" || cmp -s "$1" "$2" && fail 'check: the two builds differ in their list of parts (SPDX)'
    fail "check: the two builds differ in $(difference "$1" "$2")"
}

# Names the first thing in which files $1 and $2 differ: a file inside them where they are archives.
difference() {
    local name="${1##*/}" trees="$scratch/difference" side file
    rm -rf "$trees"
    mkdir -p "$trees/1" "$trees/2"
    for side in 1 2; do
        file=$(realpath "${!side}")
        case "$name" in
        *.cpio.zst) zstd -dqc --long=27 "$file" | (cd "$trees/$side" && cpio --quiet -idm) ;;
        system.cpio)
            (cd "$trees/$side" && cpio --quiet -idm <"$file")
            unsquashfs -no-progress -quiet -dest "$trees/$side/usr" "$trees/$side/early/system.squashfs" >/dev/null
            rm "$trees/$side/early/system.squashfs"
            ;;
        site.img) (cd "$trees/$side" && cpio --quiet -idm <"$file") ;;
        esp.img) MTOOLS_SKIP_CHECK=1 mcopy -smn -i "$file" ::/ "$trees/$side/" ;;
        *.iso) xorriso -osirrox on -indev "$file" -extract / "$trees/$side" 2>/dev/null && chmod -R u+w "$trees/$side" ;;
        esac
    done
    file=$(LC_ALL=C diff -rq --no-dereference "$trees/1" "$trees/2" | sed "s|$trees/[12]/*||g" | head -n 1)
    [[ -n $file ]] || file=$(diff <(listing "$trees/1") <(listing "$trees/2") | sed -n '/^[<>]/ { p; q }')
    if [[ -n $file ]]; then
        echo "$name: $file"
    else
        echo "$name, whose files are the same: $(LC_ALL=C cmp "$1" "$2" 2>&1 | sed 's/.* differ: //')"
    fi
}

# Modes and dates of the files below $1.
listing() { (cd "$1" && find . -printf '%P %M %T@ %l\n' | LC_ALL=C sort); }
