import EndToEndHarness
import Testing

extension MachineTests {
    /// Hosts come back on hardware unlike their own: four cases, and all of them with "scripts/test --matrix".
    @Suite struct MatrixTests {
        @Test("without the initramfs step the proof says that MODULES=dep does not start from NVMe, and it does not")
        func control() throws {
            let cell = MatrixCell(.dep, MatrixTarget(.bios, .nvme))
            try RescueLab.matrix { try $0.runWithoutInitramfs(cell, driver: "nvme", capInSeconds: 600) }
        }

        @Test("a host comes back on other hardware, to a login with its services", arguments: MatrixCell.always)
        func cell(_ cell: MatrixCell) throws {
            try RescueLab.matrix { try $0.run(cell, capInSeconds: 1200) }
        }
    }

    /// Some hours. Left out of scripts/test by the name of the suite.
    @Suite struct WholeMatrixTests {
        @Test(
            "a disk with sectors of another size is refused before anything is written", arguments: MatrixCell.refused)
        func refused(_ cell: MatrixCell) throws {
            let words = "its logical sectors have 4096 bytes and those of disk 0 of"
            try RescueLab.matrix { try $0.runRefused(cell, words: words, capInSeconds: 600) }
        }

        @Test("a host comes back on a disk a third smaller", arguments: MatrixCell.smaller)
        func smaller(_ cell: MatrixCell) throws {
            try RescueLab.matrix { try $0.runFromHere(cell, capInSeconds: 1200) }
        }

        @Test(
            "the host's own tool makes its initramfs anew at the first start, and the second start is from that",
            arguments: MatrixCell.lasting)
        func lasting(_ cell: MatrixCell) throws {
            try RescueLab.matrix { try $0.runTwice(cell, capInSeconds: 1800) }
        }

        @Test("every legal case of the matrix", arguments: MatrixCell.all)
        func cell(_ cell: MatrixCell) throws {
            try RescueLab.matrix { try $0.run(cell, capInSeconds: 1800) }
        }
    }
}
