internal import Inventory

// The screens of a capture, and the choice of a place that a restore shares with it.
extension RescueSession {
    mutating func captureAnswer(_ line: String) -> [ConsoleAction] {
        switch top {
        case .place(let screen):
            return take(screen.answer(line)) { session, place in
                guard let place else { return session.listPlaces(for: screen.purpose) }
                if screen.purpose == .save { return session.save(to: place) }
                return session.perform(
                    .mount(place, writable: screen.purpose == .capture), saying: "Mounting \(place.description)")
            }
        case .makeRepository(let screen):
            return take(screen.answer(line)) { session, _ in
                session.perform(.makeRepository(screen.directory), saying: "Making a repository")
            }
        case .captureDisks(let screen):
            return take(screen.answer(line)) { session, disks in
                session.push(
                    .name(
                        NameScreen(hosts: screen.hosts),
                        CaptureSelection(repository: screen.repository, host: "", disks: disks)))
            }
        case .name(let screen, var selection):
            return take(screen.answer(line)) { session, name in
                selection.host = name
                return session.push(
                    .captureReady(CaptureReadyScreen(selection: selection, isKnown: screen.hosts.contains(name))))
            }
        case .captureReady(let screen):
            return take(screen.answer(line)) { session, _ in
                let disks = screen.selection.disks.enumerated().map { "  disk \($0): \($1.target.description)" }
                return session.start(
                    .capture, .capture(screen.selection),
                    about: ["\(screen.selection.host) to \(screen.selection.repository)"] + disks)
            }
        default: return showTop()
        }
    }

    mutating func listPlaces(for purpose: PlaceScreen.Purpose) -> [ConsoleAction] {
        perform(purpose == .save ? .listPlacesToSave : .listPlaces, saying: "Looking for file systems")
    }

    /// A place is there: a restore opens it as its repository, a capture goes on to the disks, or makes a repository first.
    mutating func mounted(_ place: RepositoryPlace, _ directory: String, hosts: [String]?, writable: Bool)
        -> [ConsoleAction]
    {
        guard writable else {
            stack.removeLast()
            return open(directory)
        }
        guard let hosts else {
            return push(.makeRepository(MakeRepositoryScreen(place: place, directory: directory)))
        }
        return listDisksToCapture(directory, hosts: hosts)
    }

    mutating func listDisksToCapture(_ directory: String, hosts: [String]) -> [ConsoleAction] {
        captureHosts = hosts
        return perform(.listDisksToCapture(repository: directory), saying: "Looking at the disks of this machine")
    }
}
