#define _GNU_SOURCE
#include "CLinuxShim.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <linux/nvme_ioctl.h>
#include <linux/openat2.h>
#include <linux/reboot.h>
#include <linux/rtc.h>
#include <pthread.h>
#include <scsi/sg.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

static int64_t answer(int64_t result) { return result < 0 ? -(int64_t)errno : result; }

int64_t linux_open(const char *path, uint32_t options, uint32_t mode) {
    int flags = O_CLOEXEC | O_NOCTTY;
    flags |= options & LINUX_OPEN_WRITE ? O_RDWR : options & LINUX_OPEN_WRITE_ONLY ? O_WRONLY : O_RDONLY;
    if (options & LINUX_OPEN_DIRECT) flags |= O_DIRECT;
    if (options & LINUX_OPEN_EXCLUSIVE) flags |= O_EXCL;
    if (options & LINUX_OPEN_CREATE) flags |= O_CREAT;
    if (options & LINUX_OPEN_CREATE_NEW) flags |= O_CREAT | O_EXCL;
    if (options & LINUX_OPEN_NO_FOLLOW) flags |= O_NOFOLLOW;
    if (options & LINUX_OPEN_DIRECTORY) flags |= O_DIRECTORY;
    if (options & LINUX_OPEN_TRUNCATE) flags |= O_TRUNC;
    if (options & LINUX_OPEN_APPEND) flags |= O_APPEND;
    if (options & LINUX_OPEN_NON_BLOCKING) flags |= O_NONBLOCK;
    return answer(open(path, flags, mode));
}

int64_t linux_find_in_root(int directory, const char *path) {
    struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
    return answer(syscall(SYS_openat2, directory, path, &how, sizeof how));
}

int64_t linux_copy_attributes(int from, int to) {
    struct stat status;
    if (fstat(from, &status) < 0 || fchown(to, status.st_uid, status.st_gid) < 0 ||
        fchmod(to, status.st_mode & 07777) < 0)
        return -(int64_t)errno;
    char names[4096], value[65536];
    ssize_t length = flistxattr(from, names, sizeof names);
    if (length < 0) return errno == EOPNOTSUPP ? 0 : -(int64_t)errno;
    for (const char *name = names; name < names + length; name += strlen(name) + 1) {
        ssize_t size = fgetxattr(from, name, value, sizeof value);
        if (size < 0 || fsetxattr(to, name, value, (size_t)size, 0) < 0) return -(int64_t)errno;
    }
    return 0;
}

int64_t linux_attribute_names(const char *path, char *names, size_t size) {
    return answer(llistxattr(path, names, size));
}

int64_t linux_attribute(const char *path, const char *name, void *value, size_t size) {
    return answer(lgetxattr(path, name, value, size));
}

int64_t linux_set_attribute(const char *path, const char *name, const void *value, size_t size) {
    return answer(lsetxattr(path, name, value, size, 0));
}

int64_t linux_remove_attribute(const char *path, const char *name) {
    return answer(lremovexattr(path, name));
}

int64_t linux_inode_flags(int descriptor, uint32_t fields[3]) {
    struct fsxattr attributes = {0};
    if (ioctl(descriptor, FS_IOC_FSGETXATTR, &attributes) < 0) return -(int64_t)errno;
    fields[0] = attributes.fsx_xflags;
    fields[1] = attributes.fsx_extsize;
    fields[2] = attributes.fsx_projid;
    return 0;
}

int64_t linux_set_inode_flags(int descriptor, const uint32_t fields[3]) {
    struct fsxattr attributes = {.fsx_xflags = fields[0], .fsx_extsize = fields[1], .fsx_projid = fields[2]};
    return answer(ioctl(descriptor, FS_IOC_FSSETXATTR, &attributes));
}

int64_t linux_inherit_label(int directory, int to) {
    char value[4096];
    ssize_t size = fgetxattr(directory, "security.selinux", value, sizeof value);
    if (size >= 0 && fsetxattr(to, "security.selinux", value, (size_t)size, 0) == 0) return 0;
    int without = errno == ENODATA || errno == EOPNOTSUPP || errno == EPERM || errno == EACCES;
    return without ? 0 : -(int64_t)errno;
}

int64_t linux_make_mutable(int descriptor) {
    int flags = 0;
    if (ioctl(descriptor, FS_IOC_GETFLAGS, &flags) < 0) return errno == ENOTTY ? 0 : -(int64_t)errno;
    if (!(flags & FS_IMMUTABLE_FL)) return 0;
    flags &= ~FS_IMMUTABLE_FL;
    return answer(ioctl(descriptor, FS_IOC_SETFLAGS, &flags));
}

int64_t linux_sync_file_system(int descriptor) {
    return answer(syncfs(descriptor));
}

int64_t linux_block_size_in_bytes(int descriptor, uint64_t *size) {
    return answer(ioctl(descriptor, BLKGETSIZE64, size));
}

int64_t linux_block_logical_sector_size(int descriptor) {
    int size = 0;
    return ioctl(descriptor, BLKSSZGET, &size) < 0 ? -(int64_t)errno : size;
}

int64_t linux_block_physical_sector_size(int descriptor) {
    unsigned int size = 0;
    return ioctl(descriptor, BLKPBSZGET, &size) < 0 ? -(int64_t)errno : (int64_t)size;
}

int64_t linux_block_is_read_only(int descriptor) {
    int flag = 0;
    return ioctl(descriptor, BLKROGET, &flag) < 0 ? -(int64_t)errno : flag;
}

int64_t linux_block_zero(int descriptor, uint64_t start, uint64_t length) {
    uint64_t range[2] = {start, length};
    return answer(ioctl(descriptor, BLKZEROOUT, range));
}

int64_t linux_block_discard(int descriptor, uint64_t start, uint64_t length) {
    uint64_t range[2] = {start, length};
    return answer(ioctl(descriptor, BLKDISCARD, range));
}

int64_t linux_block_reread_partitions(int descriptor) { return answer(ioctl(descriptor, BLKRRPART, 0)); }

int64_t linux_block_flush_buffers(int descriptor) { return answer(ioctl(descriptor, BLKFLSBUF, 0)); }

int64_t linux_nvme_health(int descriptor, uint8_t log[512]) {
    struct nvme_admin_cmd command = {
        .opcode = 0x02,  // Get Log Page
        .nsid = 0xffffffff,
        .addr = (uintptr_t)log,
        .data_len = 512,
        .cdw10 = (512 / 4 - 1) << 16 | 0x02,
        .timeout_ms = 5000,
    };
    int64_t result = answer(ioctl(descriptor, NVME_IOCTL_ADMIN_CMD, &command));
    return result > 0 ? -EIO : result;
}

int64_t linux_ata_health(int descriptor) {
    // ATA PASS-THROUGH (16), SAT-3: protocol 3 (no data), CK_COND so that the registers come back, feature DAh of command B0h.
    unsigned char command[16] = {0x85, 3 << 1, 0x20, 0, 0xda, 0, 0, 0, 0, 0, 0x4f, 0, 0xc2, 0, 0xb0, 0};
    unsigned char sense[64] = {0};
    sg_io_hdr_t request = {
        .interface_id = 'S',
        .dxfer_direction = SG_DXFER_NONE,
        .cmd_len = sizeof command,
        .cmdp = command,
        .mx_sb_len = sizeof sense,
        .sbp = sense,
        .timeout = 5000,
    };
    int64_t result = answer(ioctl(descriptor, SG_IO, &request));
    if (result < 0) return result;
    // A descriptor of ATA status, 14 bytes, in sense data of descriptor format; no error in its status.
    const unsigned char *status = sense + 8;
    if (request.sb_len_wr < 22 || (sense[0] & 0x7f) != 0x72 || status[0] != 0x09 || status[13] & 1) return -EIO;
    return status[9] << 8 | status[11];
}

int64_t linux_loop_attach(int file, uint64_t offset, uint64_t length, int read_only, const char *name) {
    int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
    if (control < 0) return -(int64_t)errno;
    int64_t result = -EBUSY;
    // Somebody else may take the device between the two calls; then the next one is asked for.
    for (int tries = 0; tries < 64 && result == -EBUSY; tries++) {
        int number = ioctl(control, LOOP_CTL_GET_FREE);
        if (number < 0) {
            result = -(int64_t)errno;
            break;
        }
        char path[32];
        snprintf(path, sizeof path, "/dev/loop%d", number);
        int device = open(path, (read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC);
        if (device < 0) {
            result = -(int64_t)errno;
            break;
        }
        struct loop_config config = {.fd = (uint32_t)file};
        config.info.lo_offset = offset;
        config.info.lo_sizelimit = length;
        config.info.lo_flags = read_only ? LO_FLAGS_READ_ONLY : 0;
        strncpy((char *)config.info.lo_file_name, name, LO_NAME_SIZE - 1);
        result = ioctl(device, LOOP_CONFIGURE, &config) < 0 ? -(int64_t)errno : number;
        close(device);
    }
    close(control);
    return result;
}

int64_t linux_loop_detach(int64_t number) {
    char path[32];
    snprintf(path, sizeof path, "/dev/loop%lld", (long long)number);
    int device = open(path, O_RDONLY | O_CLOEXEC);
    if (device < 0) return -(int64_t)errno;
    int64_t result = answer(ioctl(device, LOOP_CLR_FD, 0));
    close(device);
    return result;
}

int64_t linux_rtc_set(int descriptor, int64_t seconds) {
    time_t time = seconds;
    struct tm fields;
    if (!gmtime_r(&time, &fields)) return -EINVAL;
    struct rtc_time set = {.tm_sec = fields.tm_sec,
                           .tm_min = fields.tm_min,
                           .tm_hour = fields.tm_hour,
                           .tm_mday = fields.tm_mday,
                           .tm_mon = fields.tm_mon,
                           .tm_year = fields.tm_year};
    return answer(ioctl(descriptor, RTC_SET_TIME, &set));
}

int64_t linux_kexec_load(int kernel, int initramfs, const char *command_line) {
    return answer(syscall(SYS_kexec_file_load, kernel, initramfs, strlen(command_line) + 1, command_line, 0UL));
}

int64_t linux_kexec_start(void) { return answer(reboot(LINUX_REBOOT_CMD_KEXEC)); }

int64_t linux_btrfs_announce(const char *device) {
    int control = open("/dev/btrfs-control", O_RDWR | O_CLOEXEC);
    if (control < 0) return -(int64_t)errno;
    struct btrfs_ioctl_vol_args arguments = {0};
    strncpy(arguments.name, device, sizeof arguments.name - 1);
    int64_t result = answer(ioctl(control, BTRFS_IOC_SCAN_DEV, &arguments));
    close(control);
    return result;
}

int64_t linux_punch_hole(int descriptor, uint64_t start, uint64_t length) {
    return answer(fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)start, (off_t)length));
}

int64_t linux_preallocate(int descriptor, uint64_t length) {
    return answer(fallocate(descriptor, FALLOC_FL_KEEP_SIZE, 0, (off_t)length));
}

int64_t linux_zero_range(int descriptor, uint64_t start, uint64_t length) {
    return answer(fallocate(descriptor, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, (off_t)start, (off_t)length));
}

int64_t linux_start_writeback(int descriptor, uint64_t start, uint64_t length) {
    return answer(sync_file_range(descriptor, (off_t)start, (off_t)length, SYNC_FILE_RANGE_WRITE));
}

int64_t linux_seek_data(int descriptor, uint64_t offset) {
    return answer(lseek(descriptor, (off_t)offset, SEEK_DATA));
}

int64_t linux_seek_hole(int descriptor, uint64_t offset) {
    return answer(lseek(descriptor, (off_t)offset, SEEK_HOLE));
}

int64_t linux_advise_sequential(int descriptor) {
    return -(int64_t)posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
}

int64_t linux_advise_not_needed(int descriptor, uint64_t start, uint64_t length) {
    return -(int64_t)posix_fadvise(descriptor, (off_t)start, (off_t)length, POSIX_FADV_DONTNEED);
}

int64_t linux_lock_exclusively(int descriptor) { return answer(flock(descriptor, LOCK_EX | LOCK_NB)); }
int64_t linux_unlock(int descriptor) { return answer(flock(descriptor, LOCK_UN)); }

int64_t linux_allow_open_files(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return answer(-1);
    limit.rlim_cur = limit.rlim_max;
    return answer(setrlimit(RLIMIT_NOFILE, &limit));
}

int64_t linux_rename_no_replace(const char *from, const char *to) {
    return answer(renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE));
}

int64_t linux_memory_file(const char *name) { return answer(memfd_create(name, MFD_CLOEXEC)); }

int64_t linux_pipe(int ends[2]) { return answer(pipe2(ends, O_CLOEXEC)); }

int64_t linux_serve_storage(void) {
    return answer(prctl(PR_SET_IO_FLUSHER, 1, 0, 0, 0));
}

void linux_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

int64_t linux_random(void *bytes, size_t count) { return answer(getrandom(bytes, count, 0)); }

int32_t linux_exit_status(int status) {
    return WIFSIGNALED(status) ? 256 + WTERMSIG(status) : WEXITSTATUS(status);
}

uint32_t linux_major(uint64_t device) { return major(device); }
uint32_t linux_minor(uint64_t device) { return minor(device); }

static atomic_int interruptions;

static void interrupted(int number) {
    if (atomic_fetch_add(&interruptions, 1) == 0) return;
    signal(number, SIG_DFL);
    raise(number);  // delivered when this handler returns
}

void linux_interruption_install(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = interrupted;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);  // a closed pipe or socket is an error of that write, not the end of a restore
}

int32_t linux_interruption_count(void) { return atomic_load(&interruptions); }
void linux_interruption_request(void) { atomic_fetch_add(&interruptions, 1); }
void linux_interruption_clear(void) { atomic_store(&interruptions, 0); }
