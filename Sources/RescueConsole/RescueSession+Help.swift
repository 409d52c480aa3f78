// What "help" and "?" say, on every screen that takes no name and no secret.
extension RescueSession {
    /// nil where the words may be meant as they stand.
    func help() -> [ConsoleAction]? {
        switch top {
        case .access, .name, .passphrase, .confirm, .stop: return nil
        default: break
        }
        var lines = [
            "Type what the last lines of the screen name, then Enter. back goes one screen back, menu to the main menu;",
            "Ctrl-C stops waiting. Nothing is written to a disk before its serial was typed on a screen of its own.",
        ]
        if case .disks = top, !compares { lines += DiskScreen.shapes }
        return [.say(lines.flatMap(PlainText.wrap))] + showTop()
    }
}
