"""The configuration of the embedded server: large loads and short reads on one machine, no replication, no network."""

import os
from pathlib import Path

MIB = 1024 * 1024


def server_config(*, memory_bytes: int, cpus: int, shared_memory_bytes: int) -> str:
    """The text of ``hotspots.conf`` for a machine.

    Parameters
    ----------
    memory_bytes : int
        Memory of the machine. A quarter of it goes to the server's cache, at least 64 MiB and at most 1 GiB: the machine has other work.
    cpus : int
        Processors that the server may use for one query.
    shared_memory_bytes : int
        Size of ``/dev/shm``; a container's 64 MiB is too small for parallel queries, which then use files.
    """
    cache = min(max(memory_bytes // 4, 64 * MIB), 1024 * MIB)
    maintenance = min(max(memory_bytes // 16, 64 * MIB), 512 * MIB)
    work = min(max(memory_bytes // 128, 8 * MIB), 64 * MIB)
    settings = {
        # Only the socket in our own folder; its passwords are generated.
        "listen_addresses": "''",
        "unix_socket_permissions": "0700",
        "password_encryption": "'scram-sha-256'",
        "max_connections": "100",
        # Memory.
        "shared_buffers": _mib(cache),
        "effective_cache_size": _mib(max(memory_bytes // 2, cache)),
        "work_mem": _mib(work),
        "maintenance_work_mem": _mib(maintenance),
        "dynamic_shared_memory_type": "posix" if shared_memory_bytes >= 256 * MIB else "mmap",
        # A load writes gigabytes at once: no replica reads the log, so it is kept short, and checkpoints are far apart.
        # Commits stay safe (fsync, synchronous_commit and full_page_writes at their defaults).
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "wal_compression": "on",
        "max_wal_size": "'4GB'",
        "checkpoint_timeout": "'15min'",
        # Short reads on one machine with solid state disks; compiling a query costs more than it saves here.
        "jit": "off",
        "random_page_cost": "1.1",
        "max_worker_processes": str(max(cpus, 2) + 4),
        "max_parallel_workers": str(cpus),
        "max_parallel_workers_per_gather": str(max(1, cpus // 2)),
        "max_parallel_maintenance_workers": str(max(1, cpus // 2)),
        # A visitor who left must not keep a statement running: the server looks whether anybody still waits.
        "client_connection_check_interval": "'5s'",
        # Words and times mean the same on every machine.
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "datestyle": "'iso, ymd'",
        "log_line_prefix": "'%m [%p] %u '",
        "log_checkpoints": "off",
        # A statement that fails or takes too long may say where somebody searched: the log gets the error alone.
        "log_min_error_statement": "'panic'",
    }
    lines = [f"{name} = {value}" for name, value in settings.items()]
    return "\n".join(["# Written at each start by hotspots; changes here are lost.", *lines, ""])


def server_config_here() -> str:
    """The configuration for the machine that we run on."""
    shared = Path("/dev/shm")
    free = os.statvfs(shared) if shared.is_dir() else None
    return server_config(
        memory_bytes=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        cpus=len(os.sched_getaffinity(0)),
        shared_memory_bytes=free.f_frsize * free.f_blocks if free else 0,
    )


def _mib(size: int) -> str:
    return f"'{size // MIB}MB'"
