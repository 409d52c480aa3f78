import ArgumentParser
import BlockDevices
import Capture
import Drills
import Recovery
import Repository

/// Exit statuses of every command; part of the stable command line.
enum ExitStatus {
    static let failed: Int32 = 1
    static let usage: Int32 = 2
    static let refused: Int32 = 3
    static let damaged: Int32 = 4
    static let unreachable: Int32 = 5
    static let interrupted: Int32 = 130

    static let help = """
        Exit statuses: 0 done and verified; 1 failed (the state is said in words); 2 bad usage; 3 refused before \
        anything was written; 4 damage found; 5 repository unreachable; 130 interrupted.
        """

    /// The status that an error of one of the libraries stands for.
    static func status(of error: any Error) -> Int32 {
        switch error {
        case let error as RepositoryError: status(of: error.code)
        case let error as CaptureError:
            switch error.code {
            case .refused: refused
            case .interrupted: interrupted
            default: failed
            }
        case let error as RecoveryError: error.exitStatus
        case let error as ViewError: error.status
        case let error as DrillError:
            switch error.code {
            case .refused: refused
            case .interrupted: interrupted
            default: failed
            }
        case let error as BlockDeviceError:
            switch error.code {
            case .notFound, .inUse, .notADisk, .unsupported: refused
            default: failed
            }
        default: failed
        }
    }

    private static func status(of code: RepositoryError.Code) -> Int32 {
        switch code {
        case .damaged: damaged
        case .unreachable: unreachable
        case .interrupted: interrupted
        case .notARepository, .exists, .unknownHost, .noMoment, .unsupported, .locked, .badInput, .denied:
            refused
        default: failed
        }
    }
}
