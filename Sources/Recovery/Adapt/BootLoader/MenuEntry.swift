/// An entry of a boot menu, of whatever loader.
package struct MenuEntry: Hashable, Sendable {
    package var title: String
    package var identifier: String?
    /// Paths as the loader names them.
    package var kernels: [String]
    package var initramfs: [String]
    /// The kernel's command line, with the loader's variables in it; nil where what is started is no Linux by itself (Xen).
    package var arguments: [String]?
    /// Of a submenu.
    package var children: [MenuEntry]

    package init(
        title: String, identifier: String? = nil, kernels: [String] = [], initramfs: [String] = [],
        arguments: [String]? = nil, children: [MenuEntry] = []
    ) {
        self.title = title
        self.identifier = identifier
        self.kernels = kernels
        self.initramfs = initramfs
        self.arguments = arguments
        self.children = children
    }

    /// Itself, or what is in it.
    package var leaves: [MenuEntry] { children.isEmpty ? [self] : children.flatMap(\.leaves) }
}
