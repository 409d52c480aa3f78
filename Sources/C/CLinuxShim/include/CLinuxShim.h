// What Swift cannot import from glibc and the kernel headers, each with its reason. Only LinuxSystem uses this.
//
// Every function answers the result of the call (>= 0) or the negated errno, so that no Swift code reads `errno`
// after something else may have changed it.
#pragma once
#include <stdint.h>
#include <sys/types.h>

// open(2) is variadic, and O_DIRECT and its like hide behind _GNU_SOURCE. O_CLOEXEC is always set.
enum {
    LINUX_OPEN_WRITE = 1,
    LINUX_OPEN_DIRECT = 2,
    LINUX_OPEN_EXCLUSIVE = 4,
    LINUX_OPEN_CREATE = 8,
    LINUX_OPEN_CREATE_NEW = 16,
    LINUX_OPEN_NO_FOLLOW = 32,
    LINUX_OPEN_DIRECTORY = 64,
    LINUX_OPEN_TRUNCATE = 128,
    LINUX_OPEN_APPEND = 256,
    LINUX_OPEN_NON_BLOCKING = 512,
    LINUX_OPEN_WRITE_ONLY = 1024,
};
int64_t linux_open(const char *path, uint32_t options, uint32_t mode);

// openat2(2) has no wrapper in glibc. Resolves `path` as if `directory` were the root: links and ".." stay inside. The
// answer is an O_PATH descriptor.
int64_t linux_find_in_root(int directory, const char *path);

// fgetxattr(2) and its like are not part of Swift's Glibc module. Gives `to` the owner, mode and extended attributes
// (SELinux labels, capabilities, ACLs) of `from`.
int64_t linux_copy_attributes(int from, int to);

// llistxattr(2), lgetxattr(2), lsetxattr(2) and lremovexattr(2): of a link itself, not of what it points to.
int64_t linux_attribute_names(const char *path, char *names, size_t size);
int64_t linux_attribute(const char *path, const char *name, void *value, size_t size);
int64_t linux_set_attribute(const char *path, const char *name, const void *value, size_t size);
int64_t linux_remove_attribute(const char *path, const char *name);

// FS_IOC_FSGETXATTR and FS_IOC_FSSETXATTR: `fields` are fsx_xflags, fsx_extsize and fsx_projid.
int64_t linux_inode_flags(int descriptor, uint32_t fields[3]);
int64_t linux_set_inode_flags(int descriptor, const uint32_t fields[3]);

// Gives a new file the SELinux label of its directory, as a kernel does that has the policy loaded; 0 also where there are none.
int64_t linux_inherit_label(int directory, int to);

// FS_IOC_SETFLAGS: takes away the flag by which efivarfs protects variables.
int64_t linux_make_mutable(int descriptor);

// syncfs(2) hides behind _GNU_SOURCE.
int64_t linux_sync_file_system(int descriptor);

// ioctl(2) is variadic and the request numbers are function-like macros.
int64_t linux_block_size_in_bytes(int descriptor, uint64_t *size);       // BLKGETSIZE64
int64_t linux_block_logical_sector_size(int descriptor);                // BLKSSZGET
int64_t linux_block_physical_sector_size(int descriptor);               // BLKPBSZGET
int64_t linux_block_is_read_only(int descriptor);                       // BLKROGET
int64_t linux_block_zero(int descriptor, uint64_t start, uint64_t length);     // BLKZEROOUT
int64_t linux_block_discard(int descriptor, uint64_t start, uint64_t length);  // BLKDISCARD
int64_t linux_block_reread_partitions(int descriptor);                  // BLKRRPART
int64_t linux_block_flush_buffers(int descriptor);                      // BLKFLSBUF

// The health of disks: requests with structures of their own. The NVMe log page 02h of the controller (NVME_IOCTL_ADMIN_CMD); and ATA's
// SMART RETURN STATUS through SG_IO, whose answer is LBA middle << 8 | LBA high as the disk left them.
int64_t linux_nvme_health(int descriptor, uint8_t log[512]);
int64_t linux_ata_health(int descriptor);

// Loop devices (loop(4)): the structures are not part of Swift's Glibc module. Attaches `length` bytes of the open `file` from
// `offset` to a free device; the answer is its number. `LO_FLAGS_AUTOCLEAR` is not set: the owner detaches.
int64_t linux_loop_attach(int file, uint64_t offset, uint64_t length, int read_only, const char *name);
int64_t linux_loop_detach(int64_t number);

// The hardware clock (rtc(4)), which runs in UTC here: seconds since 1970 become the fields of its structure.
int64_t linux_rtc_set(int descriptor, int64_t seconds);

// kexec_file_load(2) has no wrapper in glibc, and the numbers of reboot(2) are not part of Swift's Glibc module.
int64_t linux_kexec_load(int kernel, int initramfs, const char *command_line);
int64_t linux_kexec_start(void);

// btrfs finds the other devices of a file system only when they were announced (BTRFS_IOC_SCAN_DEV on /dev/btrfs-control).
int64_t linux_btrfs_announce(const char *device);

// fallocate(2), sync_file_range(2), SEEK_DATA and SEEK_HOLE hide behind _GNU_SOURCE.
int64_t linux_punch_hole(int descriptor, uint64_t start, uint64_t length);
int64_t linux_preallocate(int descriptor, uint64_t length);
int64_t linux_zero_range(int descriptor, uint64_t start, uint64_t length);
int64_t linux_start_writeback(int descriptor, uint64_t start, uint64_t length);
int64_t linux_seek_data(int descriptor, uint64_t offset);
int64_t linux_seek_hole(int descriptor, uint64_t offset);

// posix_fadvise answers the error instead of setting errno.
int64_t linux_advise_sequential(int descriptor);
int64_t linux_advise_not_needed(int descriptor, uint64_t start, uint64_t length);

// `flock` is a function and a struct of the same name.
int64_t linux_lock_exclusively(int descriptor);
int64_t linux_unlock(int descriptor);
// setrlimit(2): as many open files as the hard limit lets a process have.
int64_t linux_allow_open_files(void);

// renameat2, memfd_create and pipe2 hide behind _GNU_SOURCE.
int64_t linux_rename_no_replace(const char *from, const char *to);
int64_t linux_memory_file(const char *name);
int64_t linux_pipe(int ends[2]);

// PR_SET_IO_FLUSHER: the kernel writes through this thread, which must not wait for the kernel to write when it needs memory.
int64_t linux_serve_storage(void);

// pthread_setname_np hides behind _GNU_SOURCE.
void linux_name_thread(const char *name);

// <sys/random.h> is not part of Swift's Glibc module.
int64_t linux_random(void *bytes, size_t count);

// The W* macros are function-like: the exit status (0...255), or 256 + the number of the signal.
int32_t linux_exit_status(int status);

// major() and minor() are function-like macros.
uint32_t linux_major(uint64_t device);
uint32_t linux_minor(uint64_t device);

// A signal handler may only touch lock-free atomics and call async-signal-safe functions: it is not written in Swift.
// Counts SIGINT and SIGTERM; the second one ends the process at once (exit by the default action of that signal).
void linux_interruption_install(void);
int32_t linux_interruption_count(void);
void linux_interruption_request(void);
void linux_interruption_clear(void);

// conversion.c has no functions for Swift: it defines iconv(3) between UTF-8, Latin-1 and UTF-16 for the program that it is
// linked into, because hivex converts every name by it, and glibc does that by modules that it loads, which a static program in
// the rescue image does not have. The symbols are hidden: in a program that is linked dynamically hivex uses glibc's.
