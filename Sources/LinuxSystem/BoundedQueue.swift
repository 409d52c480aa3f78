internal import Glibc

/// A queue between threads that holds at most `capacity` elements: `push` waits while it is full, `pop` while it is empty.
///
/// `@unchecked Sendable`: `elements` and `isClosed` are only touched while the pthread mutex is held. (A `Mutex` of
/// Synchronization cannot be waited on.)
package final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let capacity: Int
    private var elements: [Element] = []
    private var isClosed = false

    package init(capacity: Int) {
        precondition(capacity > 0, "a queue for \(capacity) elements")
        self.capacity = capacity
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Adds an element at the end, waiting for room; false, and the element is dropped, when the queue is closed.
    @discardableResult
    package func push(_ element: Element) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while elements.count >= capacity, !isClosed { pthread_cond_wait(changed, mutex) }
        guard !isClosed else { return false }
        elements.append(element)
        pthread_cond_broadcast(changed)
        return true
    }

    /// Takes the first element, waiting for one; nil when the queue is closed and empty.
    package func pop() -> Element? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while elements.isEmpty, !isClosed { pthread_cond_wait(changed, mutex) }
        guard !elements.isEmpty else { return nil }
        let element = elements.removeFirst()
        pthread_cond_broadcast(changed)
        return element
    }

    /// No more elements come; what is in the queue can still be taken, unless `discarding`.
    package func close(discarding: Bool = false) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        isClosed = true
        if discarding { elements.removeAll() }
        pthread_cond_broadcast(changed)
    }
}
