"""System calls that stand in the table and in no lesson, by number: each must answer that it does not exist, or refuse."""
import ctypes, errno, os, platform
from attempt import LIBC, RESULTS
X86 = {"reboot": 169, "iopl": 172, "ioperm": 173, "modify_ldt": 154, "swapoff": 168, "delete_module": 176, "finit_module": 313, "kexec_file_load": 320, "nfsservctl": 180, "uselib": 134, "ustat": 136, "sysfs": 139, "vhangup": 153, "_sysctl": 156, "io_setup": 206, "io_submit": 209, "io_uring_enter": 426, "io_uring_register": 427, "mbind": 237, "set_mempolicy": 238, "migrate_pages": 256, "get_mempolicy": 239, "set_mempolicy_home_node": 450, "remap_file_pages": 216, "mq_unlink": 241, "shmat": 30, "shmctl": 31, "semop": 65, "msgsnd": 69, "inotify_add_watch": 254, "fanotify_mark": 301, "fsmount": 432, "fsconfig": 431, "fspick": 433, "open_tree_attr": 467, "map_shadow_stack": 453, "process_mrelease": 448, "lsm_get_self_attr": 459, "lsm_set_self_attr": 460, "lsm_list_modules": 461, "mseal": 462, "quotactl_fd": 443, "landlock_create_ruleset": 444, "landlock_add_rule": 445, "epoll_ctl_old": 214, "tuxcall": 184, "security": 185, "get_kernel_syms": 177, "create_module": 174, "vserver": 236, "setdomainname": 171, "tomorrow's": 500, "the last": 1023}
ARM = {"reboot": 142, "swapoff": 225, "delete_module": 106, "finit_module": 273, "vhangup": 58, "io_setup": 0, "io_submit": 2, "io_uring_enter": 426, "io_uring_register": 427, "mbind": 235, "set_mempolicy": 237, "migrate_pages": 238, "shmat": 196, "inotify_add_watch": 27, "fsmount": 432, "fsconfig": 431, "fspick": 433, "setdomainname": 162, "tomorrow's": 500, "the last": 1023}
for name, number in (X86 if platform.machine() == "x86_64" else ARM).items():
    result = LIBC.syscall(ctypes.c_long(number), *[ctypes.c_long(0)] * 6)
    code = ctypes.get_errno()
    refused = result < 0 and code in (errno.ENOSYS, errno.EPERM)
    RESULTS[name] = "refused: " + errno.errorcode[code] if refused else "ALLOWED"
