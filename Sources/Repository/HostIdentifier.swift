package import FoundationEssentials

/// A host's id in a repository: a random UUID drawn at its first capture.
package typealias HostIdentifier = UUID
