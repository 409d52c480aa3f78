import EndToEndHarness
import Testing

struct MatrixCellTests {
    @Test("every source, controller and firmware is somewhere in the matrix, and no case is there twice")
    func complete() {
        let cells = MatrixCell.all
        #expect(Set(cells.map(\.name)).count == cells.count)
        #expect(Set(cells.map(\.source)) == Set(MatrixSource.allCases))
        #expect(Set(cells.map(\.target.controller)).count == 6)
        #expect(cells.contains { $0.source.firmware == .bios && $0.target.firmware == .uefi })
        #expect(cells.contains { $0.source.firmware == .uefi && $0.target.firmware == .bios })
    }

    @Test("the cases of every run are legal")
    func legal() {
        for cell in MatrixCell.always + MatrixCell.smaller { #expect(cell.isLegal, "\(cell.name)") }
    }
}
