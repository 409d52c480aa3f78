/// A unit that puts names right which udev could not give, because another card held them at that moment.
///
/// udev renames one card after the other and cannot exchange two names: with `net.ifnames=0` the kernel calls the cards eth0, eth1
/// in the order in which drivers find them, and a card that shall be eth0 finds the name taken. The unit runs once before the
/// network is set up; where names are right already it does nothing.
enum InterfaceNameGuard {
    static let scriptPath = "/etc/lifeboat/interface-names"
    static let unitPath = "/etc/systemd/system/lifeboat-interface-names.service"
    /// Wanted by a drop-in and not by a link, which a restore tool on another system may not be able to make.
    static let wantPath = "/etc/systemd/system/sysinit.target.d/10-lifeboat-interface-names.conf"
    static let paths = [scriptPath, unitPath, wantPath]

    /// Whether a name may be held by another card: it is one that kernels give, or one that another card has here.
    static func isNeeded(
        for names: [(name: String, address: MACAddress)], present: [(name: String, address: MACAddress)]
    ) -> Bool {
        guard present.count > 1 else { return false }
        return names.contains { wanted in
            let isKernels = ["eth", "wlan", "usb"].contains { prefix in
                wanted.name.hasPrefix(prefix) && wanted.name.dropFirst(prefix.utf8.count).allSatisfy(\.isNumber)
            }
            return isKernels || present.contains { $0.name == wanted.name && $0.address != wanted.address }
        }
    }

    static func files(for names: [(name: String, address: MACAddress)]) -> [(
        path: String, bytes: [UInt8], mode: UInt32
    )] {
        let pairs = names.map { "\($0.address)=\($0.name)" }.joined(separator: " ")
        let script = """
            #!/bin/sh
            # Written by lifeboat after a restore. Gives network cards the names that the configuration expects, by their
            # addresses, where udev could not: two cards cannot exchange names without a third one in between.
            wanted="\(pairs)"

            card() {
                for device in /sys/class/net/*; do
                    [ -e "$device/device" ] || continue
                    read -r address < "$device/address"
                    [ "$address" = "$1" ] && echo "${device##*/}" && return
                done
            }

            # udev gives a card that lost its name the same as a second one, and no other card can have it then.
            give() {
                for attempt in 1 2 3 4 5 6 7 8 9 10; do
                    ip link set dev "$(card "$1")" name "$2" && return
                    for device in /sys/class/net/*; do
                        ip link property del dev "${device##*/}" altname "$2" 2>/dev/null
                    done
                    udevadm settle --timeout=2
                done
            }

            moved=""
            number=0
            for pair in $wanted; do
                now=$(card "${pair%%=*}")
                [ -n "$now" ] && [ "$now" != "${pair#*=}" ] || continue
                number=$((number + 1))
                ip link set dev "$now" down
                ip link set dev "$now" name "lbmove$number" && moved="$moved $pair"
            done
            for pair in $moved; do
                name=${pair#*=}
                if [ -e "/sys/class/net/$name" ]; then
                    number=$((number + 1))
                    ip link set dev "$name" down
                    ip link set dev "$name" name "lbspare$number"
                fi
                give "${pair%%=*}" "$name"
                # What waits for this name (ifupdown's allow-hotplug) hears of it now.
                udevadm trigger --action=add "/sys/class/net/$name"
            done
            exit 0

            """
        let unit = """
            [Unit]
            Description=Network cards get the names that the restored configuration expects (lifeboat)
            DefaultDependencies=no
            Wants=network-pre.target systemd-udev-settle.service
            After=systemd-udev-settle.service
            Before=network-pre.target shutdown.target
            Conflicts=shutdown.target

            [Service]
            Type=oneshot
            RemainAfterExit=yes
            ExecStart=/bin/sh \(scriptPath)

            """
        let want = "[Unit]\nWants=lifeboat-interface-names.service\n"
        return [
            (scriptPath, Array(script.utf8), 0o755), (unitPath, Array(unit.utf8), 0o644),
            (wantPath, Array(want.utf8), 0o644),
        ]
    }
}
