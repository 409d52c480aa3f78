package import Inventory
package import Repository
package import RepositoryFormat

extension Repository {
    /// What the machine of a moment was. Throws what the repository does, and for a description of another format; a restore
    /// whose blocks are sound does not need it.
    package func machine(of moment: Moment, host: HostIdentifier) throws -> MachineDescription {
        try MachineDescription(decoding: try readMachine(moment, host: host))
    }
}

extension View {
    /// The same of the view's own moment.
    package func machine() throws -> MachineDescription { try repository.machine(of: moment, host: host.id) }
}
