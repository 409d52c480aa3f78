import Inventory
import Testing

@Suite("By which firmware a machine starts")
struct FirmwareTests {
    static let esp = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b"
    static let biosBoot = "21686148-6449-6e6f-744e-656564454649"
    static let linux = "0fc63daf-8483-4772-8e79-3d69d8477de4"

    @Test(
        "the partitions tell",
        arguments: [
            ("gpt", [(esp, 0)], Firmware.Mode.uefi), ("gpt", [(biosBoot, 0)], .bios),
            ("gpt", [(biosBoot, 0), (esp, 0), (linux, 0)], .both), ("gpt", [(linux, 0)], .unknown),
            ("gpt", [(linux, 4)], .bios), ("gpt", [(linux, 0x80)], .unknown), ("dos", [("0x83", 0x80)], .bios),
            ("dos", [("0x83", 0)], .unknown), ("dos", [("0xef", 0)], .uefi),
            ("dos", [("0xef", 0), ("0x83", 0x80)], .both),
            ("dos", [], .unknown),
        ] as [(String, [(String, UInt64)], Firmware.Mode)])
    func guess(kind: String, partitions: [(String, UInt64)], mode: Firmware.Mode) {
        let disk = DiskDescription(
            number: 0, path: "x", sizeInBytes: 1 << 30, partitionTable: .init(kind: kind),
            partitions: partitions.enumerated().map { index, partition in
                PartitionDescription(
                    number: index + 1, startInBytes: 0, sizeInBytes: 1, type: partition.0, flags: partition.1)
            })
        #expect(Firmware.guess(from: [disk]).mode == mode)
    }

    @Test("the evidence names partition and disk")
    func evidence() {
        let disk = DiskDescription(
            number: 1, path: "x", sizeInBytes: 1, partitionTable: .init(kind: "gpt"),
            partitions: [PartitionDescription(number: 2, startInBytes: 0, sizeInBytes: 1, type: Self.esp)])
        #expect(Firmware.guess(from: [disk]).evidence == "EFI system partition 2 on disk 1")
        #expect(Firmware.guess(from: []).evidence == "no boot partition found")
    }
}
