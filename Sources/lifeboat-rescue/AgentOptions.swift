import LinuxSystem
import RescueConsole

/// How the program was called. In the image without any option; tests point it elsewhere.
struct AgentOptions: Sendable {
    struct BadUsage: Error, CustomStringConvertible {
        let description: String
    }

    static let usage = """
        Usage: lifeboat-rescue [OPTION VALUE]...
        The menu of the Lifeboat rescue image, on standard input and output; its log on standard error.
          --state DIR            where reports and the lock lie (default /run/lifeboat)
          --configuration FILE   preset repository and host (default /etc/lifeboat/rescue.conf)
          --command-line FILE    the kernel command line (default /proc/cmdline)
          --only-disks PATHS     offer only these disks, separated by commas, loop devices too; for tests
          --resolver FILE        where name servers are written (default /etc/resolv.conf)
          --configure-network    put the network settings of the boot parameters (lifeboat.network=, ip=, bond=, nameserver=),
                                 or those that are in force, into force, and end; for the boot scripts
          --start-ssh            switch SSH on where boot parameters (lifeboat.ssh=password or keys) or configuration ask for it,
                                 say so, and end; for the boot scripts
          --unattended           answer the menu from the answer file that the boot parameters name
                                 (lifeboat.answers=URL, or answers=FILE in the configuration)
          --help                 this text
        The environment variable LIFEBOAT_CONSOLE names the console ("tty1", "ttyS0").
        Exit status: 0 rebooting or powering off, 1 the console is gone or network or SSH could not be set, 2 bad usage.
        """

    var stateDirectory = "/run/lifeboat"
    var configurationFile = "/etc/lifeboat/rescue.conf"
    var commandLineFile = "/proc/cmdline"
    /// nil: all disks of the machine, without loop devices.
    var onlyDisks: [String]?
    var resolverFile = "/etc/resolv.conf"
    var isUnattended = false
    var configuresNetwork = false
    var startsRemoteAccess = false
    var showsHelp = false

    init(_ arguments: [String]) throws(BadUsage) {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            if option == "--help" {
                showsHelp = true
                continue
            }
            if option == "--unattended" {
                isUnattended = true
                continue
            }
            if option == "--configure-network" {
                configuresNetwork = true
                continue
            }
            if option == "--start-ssh" {
                startsRemoteAccess = true
                continue
            }
            guard let value = rest.popFirst() else {
                throw BadUsage(description: "\(option) needs a value, or is unknown.")
            }
            switch option {
            case "--state": stateDirectory = value
            case "--configuration": configurationFile = value
            case "--command-line": commandLineFile = value
            case "--resolver": resolverFile = value
            case "--only-disks": onlyDisks = value.split(separator: ",").map(String.init)
            default: throw BadUsage(description: "There is no option \(option).")
            }
        }
    }

    /// What the machine was started with, as it is now: a rescue stick adds to it.
    var configuration: RescueConfiguration {
        RescueConfiguration(
            kernelCommandLine: Files.text(of: commandLineFile) ?? "", file: Files.text(of: configurationFile) ?? "",
            console: Files.environment("LIFEBOAT_CONSOLE"))
    }

    /// Written by the boot phases: which of them have not ended.
    var startingFile: String { "\(stateDirectory)/starting" }
    /// Written by the agent when its first screen is there: the boot phases wait for it.
    var shownFile: String { "\(stateDirectory)/shown" }

    /// Where a place is mounted; each console has its own, so that neither takes away what the other reads.
    func mountPoint(of console: String) -> String { "\(stateDirectory)/repository/\(console)" }

    /// Where a place is mounted for as long as logs are copied to it.
    func savePoint(of console: String) -> String { "\(stateDirectory)/save/\(console)" }
}
