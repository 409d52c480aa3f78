import EndToEndHarness
import Testing

extension MachineTests {
    /// A lost host runs again before anything of it is restored.
    @Suite struct ViewBootTests {
        @Test("a lost host boots from a view of its newest moment on other hardware, and the repository stays as it is")
        func boot() throws {
            try RescueLab.lostHost().bootView()
        }
    }
}
