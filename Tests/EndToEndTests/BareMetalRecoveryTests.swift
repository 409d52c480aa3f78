import EndToEndHarness
import Testing

extension MachineTests {
    /// The main job, from a running hypervisor host to its return on other hardware, by the real ISO in emulated machines.
    @Suite struct BareMetalRecoveryTests {
        @Test("a wrong serial in the rescue menu changes not one byte of the disk")
        func wrongConfirmation() throws {
            try RescueLab.lostHost().refuseWrongSerial(.bios)
        }

        @Test(
            "a lost host comes back on another controller, a larger disk and another network card, and its VM runs",
            arguments: [RescueVariant.bios, .uefi])
        func recovery(_ variant: RescueVariant) throws {
            let story = try RescueLab.lostHost()
            try story.rescue(variant)
            try story.judge(variant)
            try story.proveReturn(variant)
            try story.discardTarget(variant)
        }

        @Test(
            "booted over the network, an answer file brings the host back and starts it, or stops before the first write"
        )
        func unattended() throws {
            let story = try RescueLab.lostHost()
            try story.rescueUnattended(.unattended)
            try story.discardTarget(.unattended)
        }
    }
}
