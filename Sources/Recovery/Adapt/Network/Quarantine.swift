/// No network for a restored system: a rule of udev that takes each network card away from its driver as soon as it appears.
///
/// Works whatever configures the network (NetworkManager, systemd-networkd, ifupdown, wicked, a script), whatever the cards'
/// names are and whether their drivers are modules or built in; guests on a bridge have no way out either. Not masks of units:
/// there are a dozen, and each distribution has its own. Not a list of blocked modules: built-in drivers are none. The rule is
/// not put into the initramfs, so that removing one file lifts it: the cards are taken away when the system itself replays all
/// devices. A card that a guest has for itself (VFIO) is not the host's and stays with the guest.
enum Quarantine {
    static let path = "/etc/udev/rules.d/00-lifeboat-quarantine.rules"
    static let lift = "rm \(path) && reboot"

    /// `$$` is udev's "$"; "%p" the path of the device below /sys. Needs nothing but a shell.
    static let bytes = Array(
        """
        # Written by lifeboat: this system was restored without a network. To lift it: \(lift)
        ACTION=="add", SUBSYSTEM=="net", TEST=="device/driver/unbind", RUN+="/bin/sh -c 'cd -P /sys%p/device && echo $${PWD##*/} > driver/unbind'"

        """.utf8)

    static func isPossible(in tree: SystemTree) -> Bool {
        ["/usr/lib/udev/rules.d", "/lib/udev/rules.d"].contains(where: tree.contains)
    }

    static func isSet(in tree: SystemTree) -> Bool {
        // A file that cannot be read is not what was written, and the proof says so.
        (try? tree.contents(of: path)) ?? nil == bytes
    }
}
