import EndToEndHarness
import Testing

extension MachineTests {
    /// A moment is tried out before anybody needs it.
    @Suite struct DrillTests {
        @Test("a drill starts a moment on other hardware without any network, and every list says how it ended")
        func drill() throws {
            let cell = MatrixCell(.dep, MatrixTarget(.bios, .nvme))
            try RescueLab.matrix { try $0.drill(cell, capInSeconds: 900) }
        }
    }
}
