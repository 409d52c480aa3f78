/// Shell functions of `Scratch.sh`, made of other people's tools.
enum Tools {
    static let functions = #"""
        # lvm2 DEVICES COMMAND…: LVM on the named devices only, without the kernel's device mapper.
        lvm2() {
            local devices=$1 filter=; shift
            for device in $devices; do filter="$filter\"a|^$device\$|\","; done
            lvm "$@" --config "
                devices { filter=[$filter\"r|.*|\"] use_devicesfile=0 scan=\"/dev\" }
                global { activation=0 use_lvmpolld=0 } activation { monitoring=0 udev_sync=0 udev_rules=0 }
                backup { backup=0 archive=0 }" 2> .lvm.log || { cat .lvm.log >&2; return 1; }
        }
        # garbage FILE SIZE: an image full of 0x5A, so that what is free is not zero.
        garbage() { rm -f "$1"; head -c "$2" /dev/zero | tr '\0' '\132' > "$1"; }
        # files DIRECTORY: files of many sizes.
        files() {
            mkdir -p $1/d
            for i in $(seq 1 40); do head -c $((i * i * 397 % 200000)) /dev/urandom > $1/f$i; done
            for i in $(seq 1 20); do head -c $((i * 1013)) /dev/urandom > $1/d/g$i; done
        }
        # Checksum of every file below DIRECTORY, sorted by name.
        sums() { (cd $1; find . -type f | LC_ALL=C sort | xargs -r sha256sum); }
        # guest FOLDER ARGUMENT…: guestfish, in emulation; with the kernel that scripts/bootstrap put in FOLDER where /boot
        # has none.
        guest() {
            local kernel folder=$1; shift
            export LIBGUESTFS_BACKEND=direct LIBGUESTFS_BACKEND_SETTINGS=force_tcg LIBGUESTFS_CACHEDIR=$PWD TMPDIR=$PWD
            if ! compgen -G '/boot/vmlinuz-*' > /dev/null; then
                kernel=$(compgen -G "$folder/boot/vmlinuz-*" | head -n 1) && [ "$kernel" ] && [ -d /lib/modules ] || {
                    echo "guestfish has no kernel: none in /boot, none in $folder. Run scripts/bootstrap test." >&2
                    return 1
                }
                export SUPERMIN_KERNEL=$kernel SUPERMIN_MODULES=$folder/lib/modules/${kernel##*/vmlinuz-}
                mkdir -p "$folder/appliance" && export LIBGUESTFS_CACHEDIR=$folder/appliance
            fi
            guestfish "$@"
        }
        # released IMAGE: waits for its last user, which may be a mount namespace that another test began.
        released() {
            local i
            for i in $(seq 600); do [ -n "$(losetup -j $1)" ] || return 0; sleep 0.1; done
            echo "$1 is still attached: $(losetup -j $1)" >&2; return 1
        }
        # machine COMMAND…: runs it where /sys shows the disks that are there and what the files in ./sys say of them
        # on top ("loop3/serial"); ./sys/dm-0 is a device that does not exist otherwise.
        machine() {
            unshare --mount --propagation private bash -euc '
                # What other tests mount is theirs to unmount.
                awk -v own="$PWD/" "\$1 ~ /^.dev.loop/ && index(\$2, own) != 1 { print \$2 }" /proc/mounts |
                    xargs -r -n 1 umount -l
                mkdir -p tree; mount -t tmpfs tree tree
                mkdir -p tree/block tree/class/block tree/dev/block tree/devices/virtual/block
                here=$PWD/sys
                for name in $(ls /sys/block) $(ls sys); do
                    own=tree/devices/virtual/block/$name; mkdir -p $own
                    for file in dev size ro removable queue/logical_block_size queue/physical_block_size \
                        loop/backing_file; do
                        [ ! -e /sys/block/$name/$file ] || { mkdir -p $(dirname $own/$file)
                            cat /sys/block/$name/$file > $own/$file 2>/dev/null || true; }
                    done
                    [ ! -d $here/$name ] || cp -a $here/$name/. $own/
                    ln -sfn ../devices/virtual/block/$name tree/block/$name
                    ln -sfn ../../devices/virtual/block/$name tree/class/block/$name
                    ln -sfn ../../devices/virtual/block/$name tree/dev/block/$(cat $own/dev)
                done
                mount --move tree /sys
                exec "$@"' machine "$@"
        }

        """#
}
