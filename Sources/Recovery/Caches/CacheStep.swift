/// Backing devices of bcache: those whose cache was not restored, or was written past, do not wait for it and do not believe it.
package struct CacheStep: AdaptationStep {
    package let name = "cache"

    package init() {}

    package func done(_ system: RestoredSystem) -> [String] {
        system.caches.filter { $0.fate == .marked }.map(\.reason)
    }

    package func plan(_ system: RestoredSystem) throws(RecoveryError) -> AdaptationPlan {
        AdaptationPlan(changes: system.caches.compactMap(\.change))
    }

    /// As the devices say now, not as they said when they were opened.
    package func prove(_ system: RestoredSystem) throws(RecoveryError) -> [Proof] {
        system.caches.map { cache in
            var cache = cache
            if let now = BackingDevice(system.volumes[cache.volume]) { cache.superblock = now.superblock }
            return cache.proof
        }
    }
}
