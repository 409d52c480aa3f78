/// What of the machine's start is still under way while the menu is shown already.
package struct StartUp: Hashable, Sendable {
    /// Disks and network cards appear in the course of it.
    package let loadsDrivers: Bool
    /// Nothing has an address yet; in the end without one, where there is none to be had.
    package let awaitsNetwork: Bool

    /// `text` is /run/lifeboat/starting: the phases of the start that have not ended, in words; nil, when there is no such file,
    /// is a machine that has started.
    package init(_ text: String?) {
        let phases = text?.split(whereSeparator: \.isWhitespace) ?? []
        // What a rescue stick brings is read right after them.
        loadsDrivers = phases.contains("devices") || phases.contains("medium")
        awaitsNetwork = phases.contains("access") || phases.contains("network")
    }

    package var isOver: Bool { !loadsDrivers && !awaitsNetwork }

    /// One line of the main menu, or none.
    var lines: [String] {
        if loadsDrivers { return ["... Drivers are being loaded: disks and network cards are still appearing."] }
        return awaitsNetwork ? ["... The network is coming up."] : []
    }
}

extension ConsoleRequest {
    /// What of the machine's start this waits for, in words; nil when it can begin.
    package func awaits(_ startUp: StartUp) -> String? {
        let drivers = startUp.loadsDrivers ? "Waiting for the drivers that are still being loaded" : nil
        return switch self {
        case .lookForInterrupted, .listDisks, .preparePlan, .restore, .compare, .listPlaces, .mount,
            .listDisksToCapture, .capture, .diskOverview, .listPlacesToSave, .save, .networkStatus, .setNetwork:
            drivers
        case .openRepository(let address) where address.hasPrefix("/"): drivers
        // Its hosts are compared with this machine's disks.
        case .openRepository, .testConnection, .askServerTime:
            drivers ?? (startUp.awaitsNetwork ? "Waiting for the network that is coming up" : nil)
        default: nil
        }
    }
}
