import Testing

/// All tests that emulate machines: one after another, for each takes all the processors there are.
@Suite(.serialized)
enum MachineTests {}
