extension RescueDialogue {
    /// Restoring the newest moment of a host to the only disk of the machine.
    package static func restore(repository: String, host: String, serial: String) -> RescueDialogue {
        RescueDialogue(
            turns: [
                Turn(question: "Repository", answer: repository, seconds: 600),
                Turn(question: "Host", answer: host, seconds: 120),
                Turn(question: "Moment", answer: "latest", seconds: 120),
                Turn(question: "Disk 0", answer: serial, seconds: 120),
                Turn(question: "serial", answer: String(serial.suffix(6)), seconds: 120),
            ],
            success: "verified",
            reboot: Turn(question: "Reboot", answer: "yes", seconds: 120))
    }
}
