/// Compares what guests ask for with the processors, memory and devices of a machine. What is not known of it is not judged.
struct GuestHardware {
    let machine: TargetMachine
    /// The machine that was captured: its addresses mean what they meant.
    let isSameMachine: Bool

    func warnings(_ guests: [Guest]) -> [String] {
        guard !guests.isEmpty else { return [] }
        var warnings = unknowns + virtualization(guests) + sum(guests)
        for guest in guests {
            let found = processor(guest) + memory(guest) + pci(guest) + usb(guest)
            warnings += found.map { "\(guest.words): \($0)" }
        }
        return warnings
    }

    /// What could not be compared, in words.
    private var unknowns: [String] {
        let missing = [
            ("processors", machine.processor == nil), ("memory", machine.memoryInBytes == nil),
            ("PCI devices", machine.pciDevices == nil), ("USB devices", machine.usbDevices == nil),
        ].filter(\.1).map(\.0)
        return missing.isEmpty
            ? []
            : [
                "What guests need was not compared with the \(missing.joined(separator: ", ")) of the machine, as nothing tells "
                    + "what it has."
            ]
    }

    private func virtualization(_ guests: [Guest]) -> [String] {
        guard let processor = machine.processor, processor.flags.isDisjoint(with: ["vmx", "svm"]) else { return [] }
        let names = guests.filter(\.usesKVM).map(\.name)
        guard !names.isEmpty else { return [] }
        return [
            "The processor of this machine offers no virtualization (neither vmx nor svm), so no guest that needs KVM starts: "
                + "\(Self.list(names)). Switch on VT-x or AMD-V (SVM) in the firmware's settings."
        ]
    }

    private func sum(_ guests: [Guest]) -> [String] {
        guard let memory = machine.memoryInBytes else { return [] }
        let started = guests.filter(\.startsWithHost)
        let total = started.reduce(UInt64(0)) { $0.addingReportingOverflow($1.memoryInBytes ?? 0).partialValue }
        // One that is too large by itself has its own line.
        guard total > memory, started.count > 1 else { return [] }
        return [
            "Guests that start with the host have \(Self.mebibytes(total)) together and this machine has "
                + "\(Self.mebibytes(memory)): not all can run. Take the start with the host away from some "
                + "(\"virsh autostart --disable NAME\", \"qm set NUMBER --onboot 0\"), or give them less: "
                + "\(Self.list(started.map(\.name)))."
        ]
    }

    private func processor(_ guest: Guest) -> [String] {
        guard let processor = machine.processor else { return [] }
        var found: [String] = []
        let remedy =
            switch guest.manager {
            case .libvirt: "With \(guest.edit) give it <cpu mode='host-model'/>."
            case .proxmox: "Give it another: \"qm set \(guest.number) --cpu host\"."
            }
        let model = guest.processorModel.flatMap { ProcessorModel($0) }
        if let vendor = model?.vendor, vendor == .intel ? processor.isAMD : processor.isIntel {
            let own = processor.isIntel ? "Intel" : "AMD"
            found.append(
                "its processor model \(guest.processorModel ?? "") is one of \(vendor.rawValue) and this machine's is of \(own): it "
                    + "does not start, or runs with less than its programs expect. \(remedy)")
        } else {
            let needed = (model?.flags ?? []).union(guest.requiredFeatures.compactMap { ProcessorFeature.flag($0) })
            let missing = needed.subtracting(processor.flags).sorted()
            if !missing.isEmpty {
                let what = guest.processorModel.map { "its processor model \($0)" } ?? "it"
                found.append(
                    "\(what) needs what this machine's processor does not have (\(missing.joined(separator: ", "))): it does not "
                        + "start, or its programs stop. \(remedy)")
            }
        }
        if let count = guest.processorCount, count > processor.count {
            let command =
                guest.manager == .libvirt
                ? "virsh setvcpus \(guest.name) \(processor.count) --maximum --config"
                : "qm set \(guest.number) --sockets 1 --cores \(processor.count)"
            found.append(
                "it has \(count) virtual processors and this machine \(processor.count): it is slow or refused. \"\(command)\"."
            )
        }
        if let highest = guest.highestPinned, highest >= processor.count {
            let command =
                guest.manager == .libvirt
                ? "With \(guest.edit) mend \"cpuset\"" : "\"qm set \(guest.number) --delete affinity\""
            found.append(
                "it is bound to processor \(highest) and this machine has 0 to \(processor.count - 1): it does not start. "
                    + "\(command).")
        }
        return found
    }

    private func memory(_ guest: Guest) -> [String] {
        guard let total = machine.memoryInBytes, let own = guest.memoryInBytes, own > total else { return [] }
        let command =
            guest.manager == .libvirt
            ? "virsh setmaxmem \(guest.name) SIZE --config" : "qm set \(guest.number) --memory MEBIBYTES"
        return [
            "it has \(Self.mebibytes(own)) of memory and this machine \(Self.mebibytes(total)): it does not start. Give it less: "
                + "\"\(command)\"."
        ]
    }

    private func pci(_ guest: Guest) -> [String] {
        guard let devices = machine.pciDevices else { return [] }
        return guest.pciDevices.compactMap { address in
            let here = devices.filter { $0.key == address || $0.key.hasPrefix("\(address).") }.sorted {
                $0.key < $1.key
            }
            guard let first = here.first else {
                return
                    "the PCI device \(address) that is passed to it is not in this machine: it does not start. Find the device "
                    + "with \"lspci -nn\" and mend its address, or take it out, with \(guest.edit)."
            }
            guard !isSameMachine else { return nil }
            // An address says nothing of the device: on another board it may be the controller of the disks.
            return
                "PCI device \(address) is passed to it, which is \(first.value) in this machine. If that is not the device "
                + "that is meant, the host loses it when the guest starts: mend it with \(guest.edit)."
        }
    }

    private func usb(_ guest: Guest) -> [String] {
        guard let devices = machine.usbDevices else { return [] }
        return guest.usbDevices.filter { !devices.contains($0) }.map { device in
            "the USB device \(device) that is passed to it is not plugged into this machine: it does not start, or lacks the "
                + "device. Plug it in, or take it out with \(guest.edit)."
        }
    }

    static func list(_ names: [String]) -> String {
        names.prefix(12).joined(separator: ", ") + (names.count > 12 ? " and \(names.count - 12) more" : "")
    }

    private static func mebibytes(_ bytes: UInt64) -> String { "\(bytes >> 20) MiB" }
}
