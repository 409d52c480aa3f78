extension RandomAccessCollection where Index == Int {
    /// As in swift-algorithms: the first index at which `isBehind` holds, by halves; `endIndex` where it never does. It must hold for all elements behind one
    /// for which it does.
    func partitioningIndex(where isBehind: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
