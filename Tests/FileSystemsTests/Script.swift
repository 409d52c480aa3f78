/// Shell functions that make file systems with files in them, and judge them, by their own tools.
enum Script {
    static let functions = #"""
        # fill DIRECTORY: files of many sizes, a third of them deleted again, so that the free space is scattered.
        fill() {
            for i in $(seq 1 150); do head -c $((i * i * 97 % 400000)) /dev/urandom > $1/f$i; done
            sync -f $1
            for i in $(seq 3 3 150); do rm $1/f$i; done
            mkdir $1/d
            for i in $(seq 1 60); do head -c $((i * 1013)) /dev/urandom > $1/d/g$i; done
        }
        # sums DIRECTORY: checksum of every file, sorted by name.
        sums() { (cd $1; find . -type f | LC_ALL=C sort | xargs sha256sum); }
        # mounted TYPE IMAGE OPTIONS COMMAND…: runs a command with the image mounted on ./m.
        mounted() {
            local type=$1 image=$2 options=$3 status=0; shift 3
            mkdir -p m
            if [ $type = ntfs ]; then ntfs-3g -o $options $image m
            else mount -t $type -o loop,$options $image m; fi
            "$@" || status=$?
            umount m
            released $image
            return $status
        }
        # released IMAGE: waits for its last user. A program that is given a mount namespace of its own gets a copy of this mount,
        # and until it is gone the file system is not at rest.
        released() {
            local i
            for i in $(seq 600); do [ -n "$(losetup -j $1)" ] || return 0; sleep 0.1; done
            echo "$1 is still attached: $(losetup -j $1)" >&2; return 1
        }
        # make_mounted TYPE IMAGE: fills a file system that the kernel or FUSE mounts; IMAGE.sums, IMAGE.free.
        make_mounted() {
            mounted $1 $2 rw fill m
            mounted $1 $2 ro sums m > $2.sums
            mounted $1 $2 ro stat -f -c '%f %S' m > $2.free
            test -s $2.sums
        }
        make_fat() {
            mkdir t; fill t; rm t/f1; sums t > $1.sums
            mcopy -i $1 -s t/f[5-9]* ::; mcopy -i $1 -s t/* :: -o
            mdel -i $1 '::f9*'; rm t/f9*; sums t > $1.sums; rm -r t
            fsck.fat -n -v $1 | awk '/bytes per cluster/ {s=$1} /clusters$/ {split($(NF-1), n, "/")
                print n[2] - n[1], s}' > $1.free
        }
        # judge TYPE IMAGE: the file system's own checker finds nothing, and every file has its checksum.
        judge() {
            case $1 in
            ext*) e2fsck -fn $2 >&2 ;;
            xfs) xfs_repair -n $2 >&2 ;;
            ntfs) ntfsfix -n $2 >&2 ;;
            vfat)
                fsck.fat -n $2 >&2
                mkdir t; mcopy -i $2 -s -n '::*' t; sums t > now; rm -r t; cmp $2.sums now; return ;;
            esac
            mounted $1 $2 ro sums m > now
            cmp $2.sums now
        }
        # refill TYPE IMAGE: the free space can still be used, and the result is still sound.
        refill() {
            mounted $1 $2 rw sh -c 'for i in 1 2 3 4; do head -c 9000000 /dev/urandom > m/new$i; done; sync -f m'
            mounted $1 $2 rw sh -c 'rm m/new*'
            judge $1 $2
        }
        # copy FROM MIB TO MIB LENGTH: between images, zeros left out.
        copy() { dd if=$1 skip=$2 of=$3 seek=$4 count=$5 bs=1M conv=notrunc,sparse status=none; }
        # attach IMAGE MIB LENGTH: a loop device over part of an image, in $loop.
        attach() { loop=$(losetup --show -f -o ${2}M --sizelimit ${3}M $1); loops="${loops-} $loop"; }
        detach() { losetup -d $loops; loops=; }
        trap '[ -z "${loops-}" ] || losetup -d $loops' EXIT
        # lvm2 without the kernel's device mapper, on the attached devices only.
        lvm2() {
            local filter=; for device in $loops; do filter="$filter\"a|^$device\$|\","; done
            LVM_SUPPRESS_FD_WARNINGS=1 lvm "$@" --config "
                devices { filter=[$filter\"r|.*|\"] use_devicesfile=0 scan=\"/dev\" }
                global { activation=0 use_lvmpolld=0 } activation { monitoring=0 udev_sync=0 udev_rules=0 }
                backup { backup=0 archive=0 }" 2> lvm.log || { cat lvm.log >&2; return 1; }
        }
        linear() { lvm2 lvcreate -an -Zn -Wn -y "$@"; }

        """#
}
