import BlockDevices
import Inventory
import LinuxSystem
import RescueConsole

extension RequestTask {
    /// Drivers find disks a while after the menu is there; who plugs one in later looks at the disks himself.
    private static let patienceInSeconds = 60

    /// The restore that was interrupted, as soon as a disk tells of one; nil after a minute without. Looks at the disks only when
    /// there are others than before.
    func lookForInterrupted() throws -> InterruptedRestore? {
        var seen: [String]?
        for _ in 0..<Self.patienceInSeconds {
            let names = BlockNode.wholeDevices().map { "\($0.name) \($0.sizeInBytes)" }
            if names != seen {
                let found = InterruptedRestore(among: presentDisks(repository: ""))
                // What another console restores at this moment is not interrupted; one that only looks is through in a moment.
                if try MachineLock.take(options.stateDirectory) != nil {
                    seen = names
                    if let found { return found }
                }
            }
            Clocks.sleep(nanoseconds: 1_000_000_000)
        }
        return nil
    }
}
