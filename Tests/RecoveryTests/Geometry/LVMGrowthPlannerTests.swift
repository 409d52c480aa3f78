import BlockDevices
import Recovery
import Testing

/// What is planned from given reports of lvm. Groups of several kinds of volumes were not watched growing: the kernel of the
/// machine that runs these tests has no device mapper.
@Suite("Plans for volume groups")
struct LVMGrowthPlannerTests {
    private static let gibibyte: UInt64 = 1 << 30

    /// As lvm 2.03.16 prints it for Proxmox: a root, swap, and a thin pool that uses nearly all.
    private func report(free: UInt64 = 16 << 30, device: UInt64 = 100 << 30, missing: Int = 0) throws -> LVMReport {
        let physical = """
              {
                  "report": [
                      {
                          "pv": [
                              {"pv_name":"/dev/loop7", "vg_name":"pve", "dev_size":"\(device)", "pv_size":"\((100 << 30) - (4 << 20))", "pe_start":"1048576", "vg_extent_size":"4194304", "vg_free":"\(free)", "vg_missing_pv_count":"\(missing)"},
                              {"pv_name":"/dev/loop8", "vg_name":"", "dev_size":"1073741824", "pv_size":"1073741824", "pe_start":"0", "vg_extent_size":"", "vg_free":"", "vg_missing_pv_count":""}
                          ]
                      }
                  ]
              }
            """
        let logical = """
            {"report":[{"lv":[
                {"lv_full_name":"pve/root", "lv_size":"26843545600", "lv_layout":"linear", "lv_role":"public"},
                {"lv_full_name":"pve/swap", "lv_size":"8589934592", "lv_layout":"linear", "lv_role":"public"},
                {"lv_full_name":"pve/data", "lv_size":"42949672960", "lv_layout":"thin,pool", "lv_role":"private"},
                {"lv_full_name":"[pve/data_tdata]", "lv_size":"42949672960", "lv_layout":"linear", "lv_role":"private,thin,pool,data"}
            ]}]}
            """
        return try LVMReport(physical: Array(physical.utf8), logical: Array(logical.utf8))
    }

    private func plan(
        _ wanted: String?, _ report: LVMReport, gain: UInt64 = 0, volumes: [RestoredSystem.Volume] = []
    ) throws -> AdaptationPlan {
        let system = RestoredSystem(
            tree: SystemTree(root: "/nonexistent"), volumes: volumes, machine: .machine(), source: nil)
        let place = GrowthPlace.partition(disk: 0, number: 3)
        var plan = AdaptationPlan()
        try LVMGrowthPlanner(system: system, growth: Growth(logicalVolume: wanted), gains: [place: gain]).add(
            to: &plan, report, place: { $0 == "/dev/loop7" ? (place, "partition 3 of /dev/sda") : nil })
        return plan
    }

    @Test("a partition that grew enlarges its physical volume; what is free then is told of")
    func physicalVolume() throws {
        let plan = try plan(nil, try report(), gain: 200 << 30)
        #expect(plan.changes.map(\.reason).contains { $0.contains("100.0 GiB become about 300.0 GiB by pvresize") })
        guard case .growPhysicalVolume(.partition(disk: 0, number: 3)) = plan.changes.first?.action else {
            Issue.record("\(plan.changes)")
            return
        }
        #expect(plan.warnings.count == 1 && plan.warnings[0].contains("pve has 216.0 GiB free"), "\(plan.warnings)")
    }

    @Test("without a gain nothing is done, and a physical volume that an interruption left behind is enlarged")
    func interrupted() throws {
        #expect(try plan(nil, try report()).changes.isEmpty)
        #expect(try plan(nil, try report(device: 300 << 30)).changes.count == 1)
    }

    @Test("a group whose other physical volumes are elsewhere is left alone")
    func missing() throws {
        let plan = try plan(nil, try report(missing: 1), gain: 200 << 30)
        #expect(plan.changes.isEmpty && plan.warnings.contains { $0.contains("lacks physical volumes") })
    }

    @Test(
        "what cannot be grown is refused with its reason",
        arguments: [
            ("pve/data", "thin,pool"), ("pve/swap", "it holds swap"), ("pve/home", "there are pve/root, pve/swap"),
            ("root", "the root is partition 2"),
        ])
    func refused(name: String, why: String) throws {
        let swap = RestoredSystem.Volume.stacked(["/dev/pve/swap", "/dev/mapper/pve-swap"], "swap", "1")
        let root = RestoredSystem.Volume.partition(2, "ext4", "2", at: "/")
        let error = try #require(throws: RecoveryError.self) {
            _ = try plan(name, try report(), volumes: [swap, root])
        }
        #expect(error.code == .refused && error.message.contains(why), "\(error.message)")
    }

    @Test(
        "reports that are not understood are refused", arguments: ["", "{}", #"{"report":[{"pv":[{"pv_name":"a"}]}]}"#])
    func damaged(text: String) throws {
        guard text.contains("pv_name") else {
            #expect(throws: RecoveryError.self) {
                _ = try LVMReport(physical: Array(text.utf8), logical: Array(text.utf8))
            }
            return
        }
        let named = text.replacing(#""a""#, with: #""a","vg_name":"v","dev_size":"12x""#)
        #expect(throws: RecoveryError.self) {
            _ = try LVMReport(physical: Array(named.utf8), logical: Array(#"{"report":[]}"#.utf8))
        }
    }
}
