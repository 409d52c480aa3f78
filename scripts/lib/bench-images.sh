# The two disks of scripts/bench: a host, and a copy of it with a second virtual machine cloned from the first.
# shellcheck shell=bash
# shellcheck disable=SC2154 # scripts/bench sets work and checkout

# Prints offset and length of the file system labelled "root" in disk $1: ext4 inside a linear logical volume, which starts
# at a whole MiB. Reading superblocks needs neither a partition scanner nor device mapper.
root_volume() {
    perl -e '
        open(my $disk, "<:raw", $ARGV[0]) or die "$ARGV[0]: $!";
        for (my $offset = 1 << 20; seek($disk, $offset + 1024, 0) && read($disk, my $block, 1024) == 1024; $offset += 1 << 20) {
            next unless unpack("S<", substr($block, 56, 2)) == 0xEF53;
            next unless unpack("Z16", substr($block, 120, 16)) eq "root";
            print "$offset ", unpack("L<", substr($block, 4, 4)) * (1024 << unpack("L<", substr($block, 24, 4))), "\n";
            exit 0;
        }
        die "$ARGV[0] has no ext4 labelled root: it was not made by scripts/make-host\n"' "$1"
}

# Mounts the root file system of disk $1 on folder $2 with options $3; sets loop.
mount_root() {
    local offset length
    read -r offset length < <(root_volume "$1")
    loop=$(losetup --find --show --offset "$offset" --sizelimit "$length" "$1")
    mkdir -p "$2"
    mount -o "$3" "$loop" "$2" || { losetup -d "$loop" && return 1; }
}
unmount_root() { umount "$1" && losetup -d "$2"; }

# Makes $2/host1.raw, a copy of disk $1, and $2/host2.raw, where the virtual machine has a clone with a nonce of its own.
prepare_images() {
    local source=$1 folder=$2 root=$2/root loop
    say "images in $folder"
    cp --sparse=always "$source" "$folder/host1.raw"
    cp --sparse=always "$source" "$folder/host2.raw"
    mount_root "$folder/host2.raw" "$root" rw
    cp --sparse=always "$root/var/lib/vms/vm1.raw" "$root/var/lib/vms/vm2.raw"
    od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$folder/nonce"
    debugfs -w -R 'rm /nonce' "$root/var/lib/vms/vm2.raw" 2>/dev/null
    debugfs -w -R "write $folder/nonce nonce" "$root/var/lib/vms/vm2.raw" >/dev/null 2>&1
    unmount_root "$root" "$loop"
    loop=$(losetup --find --show --offset "$(root_volume "$folder/host2.raw" | cut -d' ' -f1)" "$folder/host2.raw")
    e2fsck -fn "$loop" >"$folder/fsck.log" 2>&1 || { cat "$folder/fsck.log" >&2 && losetup -d "$loop" && return 1; }
    losetup -d "$loop"
    # Holes as a fresh copy has them, not as the mount left them.
    cp --sparse=always "$folder/host2.raw" "$folder/host2.copy"
    mv "$folder/host2.copy" "$folder/host2.raw"
    sync -f "$folder"
}

# Fails unless the root file systems of disks $1 and $2 hold the same files; a control that the fast one is also right.
same_files() {
    local loop one two status=0
    mount_root "$1" "$work/mount1" ro,noload
    one=$loop
    mount_root "$2" "$work/mount2" ro,noload
    two=$loop
    diff -rq --no-dereference "$work/mount1" "$work/mount2" >"$work/diff.log" 2>&1 || status=1
    unmount_root "$work/mount1" "$one"
    unmount_root "$work/mount2" "$two"
    if ((status)); then
        # Device nodes cannot be compared by their content and are the same when their kind is.
        grep -vE 'is a (character|block) special file' "$work/diff.log" >&2 && return 1
    fi
    return 0
}
